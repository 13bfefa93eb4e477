-- Give incoming organisations and founders their keys, and fill what the file has no column for from what is known.
ANALYZE incoming_organisation;
ANALYZE incoming_page;

INSERT INTO registry.founder (region_code, name)
SELECT DISTINCT i.region_code, i.founder_name FROM incoming_organisation AS i
WHERE i.founder_name IS NOT NULL AND NOT EXISTS (
    SELECT FROM registry.founder AS f WHERE f.region_code = i.region_code AND f.name = i.founder_name
)
ORDER BY i.region_code, i.founder_name;

INSERT INTO registry.organisation (ogrn, first_seen_on)
SELECT i.ogrn, %(today)s FROM incoming_organisation AS i
WHERE NOT EXISTS (SELECT FROM registry.organisation AS o WHERE o.ogrn = i.ogrn)
ORDER BY i.ogrn;

UPDATE incoming_organisation AS i SET
    organisation_id = o.organisation_id,
    spheres = array_remove(ARRAY[i.sphere_1, i.sphere_2, i.sphere_3], NULL),
    founder_id = (
        SELECT f.founder_id FROM registry.founder AS f
        WHERE f.region_code = i.region_code AND f.name = i.founder_name
    )
FROM registry.organisation AS o
WHERE o.ogrn = i.ogrn;

UPDATE incoming_organisation AS i SET
    municipality = CASE WHEN 'municipality' = any(s.fields) THEN v.municipality ELSE i.municipality END,
    founder_id = CASE WHEN 'founder_name' = any(s.fields) THEN v.founder_id ELSE i.founder_id END,
    spheres = CASE WHEN 'sphere_1' = any(s.fields) THEN v.spheres ELSE i.spheres END,
    is_obliged = CASE WHEN 'is_obliged' = any(s.fields) THEN v.is_obliged ELSE i.is_obliged END,
    exemption_ground = CASE WHEN 'exemption_ground' = any(s.fields) THEN v.exemption_ground ELSE i.exemption_ground END,
    is_pos_connected = CASE WHEN 'is_pos_connected' = any(s.fields) THEN v.is_pos_connected ELSE i.is_pos_connected END,
    address = CASE WHEN 'address' = any(s.fields) THEN v.address ELSE i.address END,
    phone = CASE WHEN 'phone' = any(s.fields) THEN v.phone ELSE i.phone END,
    email = CASE WHEN 'email' = any(s.fields) THEN v.email ELSE i.email END,
    site = CASE WHEN 'site' = any(s.fields) THEN v.site ELSE i.site END
FROM registry.organisation_version AS v, (SELECT %(silent)s::text [] AS fields) AS s
WHERE v.organisation_id = i.organisation_id AND v.valid_to = 'infinity' AND cardinality(s.fields) > 0;

UPDATE incoming_page AS i SET organisation_id = o.organisation_id
FROM registry.organisation AS o
WHERE o.ogrn = i.ogrn;
UPDATE incoming_manager AS i SET organisation_id = o.organisation_id
FROM registry.organisation AS o
WHERE o.ogrn = i.ogrn;
