SELECT
    p.page_id,
    p.native_id,
    p.expected_posts_count,
    p.is_posts_planned,
    s.outcome::text AS outcome,
    s.reason
FROM ops.run_page AS r
INNER JOIN ops.crawl_plan AS p ON r.snapshot_date = p.snapshot_date AND r.page_id = p.page_id
INNER JOIN staging.page_profile AS s ON p.snapshot_date = s.snapshot_date AND p.page_id = s.page_id
WHERE
    r.run_id = %(run_id)s AND r.shard_no = %(shard_no)s
    AND p.snapshot_date = %(snapshot_date)s AND s.snapshot_date = %(snapshot_date)s
    AND p.profile_done_at IS NOT NULL AND p.posts_done_at IS NULL
ORDER BY p.posts_priority DESC, p.page_id
