-- Close and open intervals of organisations. A second change on one day replaces the first: no empty interval is made.
CREATE TEMPORARY TABLE leaving_version ON COMMIT DROP AS
SELECT organisation_id FROM version_change
UNION ALL
SELECT organisation_id FROM closing_organisation;

DELETE FROM registry.organisation_version AS v USING leaving_version AS l
WHERE v.organisation_id = l.organisation_id AND v.valid_to = 'infinity' AND v.valid_from = %(today)s;

UPDATE registry.organisation_version AS v SET valid_to = %(today)s FROM leaving_version AS l
WHERE v.organisation_id = l.organisation_id AND v.valid_to = 'infinity';

-- What was closed earlier today and holds again was never really closed.
UPDATE registry.organisation_version AS v SET valid_to = 'infinity' FROM version_change AS c
WHERE
    v.organisation_id = c.organisation_id AND v.valid_to = %(today)s
    AND (
        v.name, v.region_code, v.municipality, v.founder_id, v.level, v.spheres, v.is_obliged, v.exemption_ground,
        v.is_pos_connected, v.address, v.phone, v.email, v.site
    ) IS NOT DISTINCT FROM (
        c.name, c.region_code, c.municipality, c.founder_id, c.level, c.spheres, c.is_obliged, c.exemption_ground,
        c.is_pos_connected, c.address, c.phone, c.email, c.site
    );

INSERT INTO registry.organisation_version (
    organisation_id, valid_from, name, region_code, municipality, founder_id, level, spheres, is_obliged,
    exemption_ground, is_pos_connected, address, phone, email, site
)
SELECT
    c.organisation_id, %(today)s, c.name, c.region_code, c.municipality, c.founder_id, c.level, c.spheres, c.is_obliged,
    c.exemption_ground, c.is_pos_connected, c.address, c.phone, c.email, c.site
FROM version_change AS c
WHERE NOT EXISTS (
    SELECT FROM registry.organisation_version AS v
    WHERE v.organisation_id = c.organisation_id AND v.valid_to = 'infinity'
)
ORDER BY c.organisation_id;
