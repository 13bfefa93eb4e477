-- A night's rows in history are as many as its last publication counted, also after its plan was dropped.
SELECT
    night.snapshot_date,
    night.platform,
    (run.counts ->> 'pages_count')::bigint AS counted,
    count(day.page_id) AS found
FROM ops.night AS night
INNER JOIN ops.crawl_run AS run ON night.published_run_id = run.run_id
LEFT JOIN history.page_day AS day ON night.snapshot_date = day.snapshot_date AND night.platform = day.platform
GROUP BY night.snapshot_date, night.platform, run.counts
HAVING count(day.page_id) IS DISTINCT FROM (run.counts ->> 'pages_count')::bigint
