-- Close and open intervals of pages. A second change on one day replaces the first: no empty interval is made.
CREATE TEMPORARY TABLE leaving_page ON COMMIT DROP AS
SELECT page_id FROM assignment_change
UNION ALL
SELECT page_id FROM closing_page;

DELETE FROM registry.page_assignment AS a USING leaving_page AS l
WHERE a.page_id = l.page_id AND a.valid_to = 'infinity' AND a.valid_from = %(today)s;

UPDATE registry.page_assignment AS a SET valid_to = %(today)s FROM leaving_page AS l
WHERE a.page_id = l.page_id AND a.valid_to = 'infinity';

-- What was closed earlier today and holds again was never really closed.
UPDATE registry.page_assignment AS a SET valid_to = 'infinity', link = c.link FROM assignment_change AS c
WHERE a.page_id = c.page_id AND a.organisation_id = c.organisation_id AND a.valid_to = %(today)s;

INSERT INTO registry.page_assignment (page_id, organisation_id, valid_from, link)
SELECT c.page_id, c.organisation_id, %(today)s, c.link FROM assignment_change AS c
WHERE NOT EXISTS (SELECT FROM registry.page_assignment AS a WHERE a.page_id = c.page_id AND a.valid_to = 'infinity')
ORDER BY c.page_id;
