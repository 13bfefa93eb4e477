UPDATE ops.night SET judged_revision = staging_revision, is_judged_good = %(is_good)s
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s;

UPDATE ops.crawl_run SET
    state = CASE WHEN %(is_good)s THEN 'checked' ELSE 'rejected' END,
    finished_at = CASE WHEN %(is_good)s THEN NULL ELSE %(moment)s::timestamptz END
WHERE run_id = %(run_id)s
