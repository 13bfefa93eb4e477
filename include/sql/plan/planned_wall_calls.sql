-- Wall calls that the night's plan still has to make.
SELECT coalesce(sum(greatest(1, ceil(expected_posts_count / 100.0))), 0)::integer AS calls_count
FROM ops.crawl_plan
WHERE
    snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    AND is_posts_planned AND posts_done_at IS NULL
