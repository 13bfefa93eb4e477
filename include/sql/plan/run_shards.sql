-- A run's shards; first the one with the page that has waited longest, so that a short quota starves none for ever.
SELECT
    s.shard_no,
    s.title,
    count(*)::integer AS pages_count
FROM ops.run_page AS r
INNER JOIN ops.shard AS s
    ON r.snapshot_date = s.snapshot_date AND r.platform = s.platform AND r.shard_no = s.shard_no
INNER JOIN ops.crawl_plan AS p ON r.snapshot_date = p.snapshot_date AND r.page_id = p.page_id
WHERE r.run_id = %(run_id)s AND r.snapshot_date = %(snapshot_date)s AND p.snapshot_date = %(snapshot_date)s
GROUP BY s.shard_no, s.title
ORDER BY max(p.posts_priority) FILTER (WHERE p.is_posts_planned) DESC NULLS LAST, s.shard_no
