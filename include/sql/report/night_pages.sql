-- What became of the planned pages, counted: as staging says, as long as it is kept; as history says after that.
SELECT
    region.short_name AS region,
    coalesce(profile.outcome, day.outcome)::text AS outcome,
    coalesce(profile.reason, day.reason) AS reason,
    coalesce(wall.posts_outcome, day.posts_outcome)::text AS posts_outcome,
    coalesce(wall.reason, day.posts_reason) AS posts_reason,
    count(*) AS pages_count
FROM ops.crawl_plan AS plan
INNER JOIN registry.region AS region ON plan.region_code = region.region_code
LEFT JOIN staging.page_profile AS profile
    ON plan.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
LEFT JOIN staging.page_wall AS wall
    ON plan.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
LEFT JOIN history.page_day AS day
    ON plan.page_id = day.page_id AND day.snapshot_date = %(snapshot_date)s
WHERE plan.snapshot_date = %(snapshot_date)s AND plan.platform = %(platform)s
GROUP BY 1, 2, 3, 4, 5
