SELECT
    p.page_id,
    p.native_id,
    p.expected_posts_count,
    g.resolution
FROM ops.run_page AS r
INNER JOIN ops.crawl_plan AS p ON r.snapshot_date = p.snapshot_date AND r.page_id = p.page_id
INNER JOIN registry.page AS g ON p.page_id = g.page_id
WHERE
    r.run_id = %(run_id)s AND r.shard_no = %(shard_no)s
    AND p.snapshot_date = %(snapshot_date)s AND p.profile_done_at IS NULL
ORDER BY p.page_id
