-- What the file changes, set against the current state; nothing of the registry's intervals is touched yet.
ANALYZE incoming_organisation;
ANALYZE incoming_page;
ANALYZE incoming_manager;
ANALYZE spared_organisation;

INSERT INTO spared_organisation (ogrn)
SELECT o.ogrn
FROM spared_page AS s
INNER JOIN registry.page AS p ON s.platform = p.platform AND (
    s.native_id = p.native_id OR p.page_id = (
        SELECT n.page_id FROM registry.page_alias AS n
        WHERE n.platform = s.platform AND n.screen_name = s.screen_name
    )
)
INNER JOIN registry.page_assignment AS a ON p.page_id = a.page_id AND a.valid_to = 'infinity'
INNER JOIN registry.organisation AS o ON a.organisation_id = o.organisation_id;

CREATE TEMPORARY TABLE closing_organisation ON COMMIT DROP AS
SELECT v.organisation_id
FROM registry.organisation_version AS v INNER JOIN registry.organisation AS o ON v.organisation_id = o.organisation_id
WHERE
    v.valid_to = 'infinity'
    AND (%(scope)s::text IS NULL OR v.region_code = %(scope)s)
    AND NOT EXISTS (SELECT FROM incoming_organisation AS i WHERE i.ogrn = o.ogrn)
    AND NOT EXISTS (SELECT FROM spared_organisation AS s WHERE s.ogrn = o.ogrn);

ANALYZE closing_organisation;

CREATE TEMPORARY TABLE version_change ON COMMIT DROP AS
SELECT i.*, v.organisation_id IS NULL AS is_new
FROM incoming_organisation AS i
LEFT JOIN registry.organisation_version AS v ON i.organisation_id = v.organisation_id AND v.valid_to = 'infinity'
WHERE v.organisation_id IS NULL OR (
    v.name, v.region_code, v.municipality, v.founder_id, v.level, v.spheres, v.is_obliged, v.exemption_ground,
    v.is_pos_connected, v.address, v.phone, v.email, v.site
) IS DISTINCT FROM (
    i.name, i.region_code, i.municipality, i.founder_id, i.level, i.spheres, i.is_obliged, i.exemption_ground,
    i.is_pos_connected, i.address, i.phone, i.email, i.site
);

CREATE TEMPORARY TABLE assignment_change ON COMMIT DROP AS
SELECT i.page_id, i.organisation_id, i.link, a.page_id IS NULL AS is_new
FROM incoming_page AS i
LEFT JOIN registry.page_assignment AS a ON i.page_id = a.page_id AND a.valid_to = 'infinity'
WHERE a.organisation_id IS DISTINCT FROM i.organisation_id;

-- Joins, not EXISTS under OR, which the planner would ask anew for every row.
CREATE TEMPORARY TABLE closing_page ON COMMIT DROP AS
SELECT a.page_id
FROM registry.page_assignment AS a
INNER JOIN registry.page AS p ON a.page_id = p.page_id
LEFT JOIN incoming_page AS named ON a.page_id = named.page_id
LEFT JOIN incoming_organisation AS i ON a.organisation_id = i.organisation_id
LEFT JOIN closing_organisation AS c ON a.organisation_id = c.organisation_id
WHERE
    a.valid_to = 'infinity'
    AND named.page_id IS NULL
    AND (c.organisation_id IS NOT NULL OR (i.organisation_id IS NOT NULL AND p.platform = any(%(platforms)s::text [])));

CREATE TEMPORARY TABLE manager_change ON COMMIT DROP AS
SELECT i.organisation_id, i.name, i.trained_on, m.organisation_id IS NULL AS is_new
FROM incoming_manager AS i
LEFT JOIN registry.page_manager AS m
    ON i.organisation_id = m.organisation_id AND i.name = m.name AND m.valid_to = 'infinity'
WHERE m.organisation_id IS NULL OR m.trained_on IS DISTINCT FROM i.trained_on;

CREATE TEMPORARY TABLE closing_manager ON COMMIT DROP AS
SELECT m.organisation_id, m.name
FROM registry.page_manager AS m
LEFT JOIN incoming_manager AS named ON m.organisation_id = named.organisation_id AND m.name = named.name
LEFT JOIN incoming_organisation AS i ON m.organisation_id = i.organisation_id
LEFT JOIN closing_organisation AS c ON m.organisation_id = c.organisation_id
WHERE
    m.valid_to = 'infinity'
    AND (
        c.organisation_id IS NOT NULL
        OR (i.organisation_id IS NOT NULL AND named.name IS NULL AND NOT 'managers' = any(%(silent)s::text []))
    );
