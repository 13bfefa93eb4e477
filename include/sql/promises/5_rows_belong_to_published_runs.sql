-- Rows of history and the mark of their run were committed together.
SELECT day.snapshot_date, day.platform, day.run_id, count(*) AS pages_count
FROM history.page_day AS day
LEFT JOIN ops.crawl_run AS run
    ON
        day.run_id = run.run_id AND day.snapshot_date = run.snapshot_date
        AND day.platform = run.platform AND run.finished_at IS NOT NULL AND run.counts IS NOT NULL
WHERE run.run_id IS NULL
GROUP BY day.snapshot_date, day.platform, day.run_id
