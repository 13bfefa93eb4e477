SELECT run_id, label, is_partial, state, started_at, finished_at, counts
FROM ops.crawl_run
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
ORDER BY run_id
