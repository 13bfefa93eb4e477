-- The last date that any network opened, and when all of them had published it.
SELECT
    snapshot_date,
    max(opened_at) AS opened_at,
    CASE WHEN count(published_at) = %(networks_count)s THEN max(published_at) END AS published_at
FROM ops.night
GROUP BY snapshot_date
ORDER BY snapshot_date DESC
LIMIT 1
