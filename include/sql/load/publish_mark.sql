UPDATE ops.night SET
    published_revision = staging_revision,
    published_run_id = %(run_id)s,
    published_at = %(moment)s,
    is_published_whole = %(is_whole)s
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s;

UPDATE ops.crawl_run SET state = 'published', finished_at = %(moment)s, counts = %(counts)s
WHERE run_id = %(run_id)s
