-- Of each network the night published last, oldest first.
SELECT
    max(snapshot_date) AS snapshot_date,
    platform
FROM ops.night
WHERE published_at IS NOT NULL
GROUP BY platform
ORDER BY snapshot_date, platform
