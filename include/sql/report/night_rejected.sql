SELECT source_name, reason, count(*) AS rows_count
FROM ops.rejected
WHERE snapshot_date = %(snapshot_date)s AND source = 'crawl' AND split_part(source_name, ' ', 1) = %(platform)s
GROUP BY source_name, reason
ORDER BY count(*) DESC, source_name, reason
LIMIT 10
