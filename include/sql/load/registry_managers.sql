-- Close and open intervals of managers. A second change on one day replaces the first: no empty interval is made.
CREATE TEMPORARY TABLE leaving_manager ON COMMIT DROP AS
SELECT organisation_id, name FROM manager_change
UNION ALL
SELECT organisation_id, name FROM closing_manager;

DELETE FROM registry.page_manager AS m USING leaving_manager AS l
WHERE m.organisation_id = l.organisation_id AND m.name = l.name AND m.valid_to = 'infinity' AND m.valid_from = %(today)s;

UPDATE registry.page_manager AS m SET valid_to = %(today)s FROM leaving_manager AS l
WHERE m.organisation_id = l.organisation_id AND m.name = l.name AND m.valid_to = 'infinity';

-- What was closed earlier today and holds again was never really closed.
UPDATE registry.page_manager AS m SET valid_to = 'infinity' FROM manager_change AS c
WHERE
    m.organisation_id = c.organisation_id AND m.name = c.name AND m.valid_to = %(today)s
    AND m.trained_on IS NOT DISTINCT FROM c.trained_on;

INSERT INTO registry.page_manager (organisation_id, name, trained_on, valid_from)
SELECT c.organisation_id, c.name, c.trained_on, %(today)s FROM manager_change AS c
WHERE NOT EXISTS (
    SELECT FROM registry.page_manager AS m
    WHERE m.organisation_id = c.organisation_id AND m.name = c.name AND m.valid_to = 'infinity'
);
