-- One row a region. A handful of failures is not a share yet: NULL.
SELECT
    page.region_code,
    count(*) AS pages_count,
    CASE
        WHEN count(*) FILTER (WHERE profile.outcome = 'failed') > %(few_failures)s
            OR count(*) FILTER (WHERE profile.outcome = 'failed') = 0
            THEN count(*) FILTER (WHERE profile.outcome = 'failed')::double precision / count(*)
    END AS failed_share
FROM ops.publication_page AS page
INNER JOIN staging.page_profile AS profile
    ON page.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
WHERE page.run_id = %(run_id)s AND page.snapshot_date = %(snapshot_date)s
GROUP BY page.region_code
