-- How much the registry holds at present of what the file speaks for, and the last day on which it changed.
SELECT
    (
        SELECT count(*) FROM registry.organisation_version AS v
        WHERE v.valid_to = 'infinity' AND (%(scope)s::text IS NULL OR v.region_code = %(scope)s)
    ) AS organisations,
    (
        SELECT count(*) FROM registry.page_assignment AS a
        INNER JOIN registry.organisation_version AS v ON a.organisation_id = v.organisation_id AND v.valid_to = 'infinity'
        WHERE a.valid_to = 'infinity' AND (%(scope)s::text IS NULL OR v.region_code = %(scope)s)
    ) AS pages,
    greatest(
        (SELECT max(valid_from) FROM registry.organisation_version),
        (SELECT max(valid_from) FROM registry.page_assignment),
        (SELECT max(valid_from) FROM registry.page_manager)
    ) AS changed_on
