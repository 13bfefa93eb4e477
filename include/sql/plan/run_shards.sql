SELECT
    s.shard_no,
    s.title,
    count(*)::integer AS pages_count
FROM ops.run_page AS r
INNER JOIN ops.shard AS s
    ON r.snapshot_date = s.snapshot_date AND r.platform = s.platform AND r.shard_no = s.shard_no
WHERE r.run_id = %(run_id)s AND r.snapshot_date = %(snapshot_date)s
GROUP BY s.shard_no, s.title
ORDER BY s.shard_no
