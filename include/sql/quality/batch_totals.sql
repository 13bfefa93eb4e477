-- One row for the night. A handful of failures among others is not a share yet: NULL.
SELECT
    count(*) AS pages_count,
    CASE
        WHEN count(*) FILTER (WHERE profile.outcome = 'failed') > %(few_failures)s
            OR count(*) FILTER (WHERE profile.outcome = 'failed') IN (0, count(*))
            THEN count(*) FILTER (WHERE profile.outcome = 'failed')::double precision / nullif(count(*), 0)
    END AS failed_share,
    CASE
        WHEN count(*) FILTER (WHERE wall.posts_outcome = 'failed' AND profile.outcome = 'ok') > %(few_failures)s
            OR count(*) FILTER (WHERE wall.posts_outcome = 'failed' AND profile.outcome = 'ok') = 0
            THEN count(*) FILTER (WHERE wall.posts_outcome = 'failed' AND profile.outcome = 'ok')::double precision
                / nullif(count(*) FILTER (WHERE page.is_posts_planned AND profile.outcome = 'ok'), 0)
    END AS walls_failed_share
FROM ops.publication_page AS page
LEFT JOIN staging.page_profile AS profile
    ON page.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
LEFT JOIN staging.page_wall AS wall
    ON page.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
WHERE page.run_id = %(run_id)s AND page.snapshot_date = %(snapshot_date)s
