-- The pages in the registry on the night's date, within the run's scope, that the night's plan does not hold yet.
-- The last published night that had an answer for the wall, whatever it was, tells what to expect of it: a page that
-- is gone or hides its wall has had its turn like one that was measured, or such pages would take the whole quota.
CREATE TEMPORARY TABLE candidate ON COMMIT DROP AS
SELECT
    p.page_id,
    p.native_id,
    v.region_code,
    r.federal_district,
    r.name AS region_name,
    d.posts_30d_count,
    d.members_count,
    w.answered_on
FROM registry.page_assignment AS a
INNER JOIN registry.page AS p ON a.page_id = p.page_id AND p.platform = %(platform)s
INNER JOIN registry.organisation_version AS v
    ON
        a.organisation_id = v.organisation_id
        AND v.valid_from <= %(snapshot_date)s AND v.valid_to > %(snapshot_date)s
INNER JOIN registry.region AS r ON v.region_code = r.region_code
LEFT JOIN (
    SELECT
        page_id,
        max(snapshot_date) AS answered_on
    FROM history.page_day
    WHERE
        snapshot_date >= %(snapshot_date)s::date - %(memory_days)s AND snapshot_date < %(snapshot_date)s
        AND platform = %(platform)s AND posts_outcome IN ('measured', 'wall_closed', 'page_gone')
    GROUP BY page_id
) AS w ON p.page_id = w.page_id
LEFT JOIN history.page_day AS d ON w.page_id = d.page_id AND w.answered_on = d.snapshot_date
WHERE
    a.valid_from <= %(snapshot_date)s AND a.valid_to > %(snapshot_date)s
    AND (%(regions)s::text [] IS NULL OR v.region_code = any(%(regions)s))
    AND (%(last_page_id)s::integer IS NULL OR p.page_id <= %(last_page_id)s)
    AND NOT EXISTS (
        SELECT FROM ops.crawl_plan AS c
        WHERE c.snapshot_date = %(snapshot_date)s AND c.page_id = p.page_id
    )
