SELECT
    p.page_id,
    p.native_id,
    p.expected_posts_count,
    p.is_posts_planned,
    s.outcome::text AS outcome,
    s.reason,
    known.post_ids AS known_post_ids
FROM ops.run_page AS r
INNER JOIN ops.crawl_plan AS p ON r.snapshot_date = p.snapshot_date AND r.page_id = p.page_id
INNER JOIN staging.page_profile AS s ON p.snapshot_date = s.snapshot_date AND p.page_id = s.page_id
-- Where the quota of walls does not suffice, the posts that are known are asked anew: that costs none of it.
LEFT JOIN LATERAL (
    SELECT array_agg(h.post_id ORDER BY h.published_at DESC) AS post_ids
    FROM history.post AS h
    WHERE
        NOT p.is_posts_planned AND s.outcome = 'ok'
        AND h.page_id = p.page_id AND h.published_at >= %(posts_since)s AND h.gone_on IS NULL
) AS known ON TRUE
WHERE
    r.run_id = %(run_id)s AND r.shard_no = %(shard_no)s
    AND p.snapshot_date = %(snapshot_date)s AND s.snapshot_date = %(snapshot_date)s
    AND p.profile_done_at IS NOT NULL AND p.posts_done_at IS NULL
ORDER BY p.posts_priority DESC, p.page_id
