-- The page_id up to which a limited run goes: its n-th page in order of page_id.
SELECT max(page_id) AS last_page_id
FROM (
    SELECT p.page_id
    FROM registry.page_assignment AS a
    INNER JOIN registry.page AS p ON a.page_id = p.page_id AND p.platform = %(platform)s
    INNER JOIN registry.organisation_version AS v
        ON
            a.organisation_id = v.organisation_id
            AND v.valid_from <= %(snapshot_date)s AND v.valid_to > %(snapshot_date)s
    WHERE
        a.valid_from <= %(snapshot_date)s AND a.valid_to > %(snapshot_date)s
        AND (%(regions)s::text [] IS NULL OR v.region_code = any(%(regions)s))
    ORDER BY p.page_id
    LIMIT %(limit)s
) AS within
