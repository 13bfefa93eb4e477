-- The last night that was opened, and how far it came.
SELECT snapshot_date, opened_at, published_at
FROM ops.night
WHERE platform = %(platform)s
ORDER BY snapshot_date DESC
LIMIT 1
