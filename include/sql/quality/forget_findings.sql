-- A revision that is judged again has one set of results.
DELETE FROM ops.quality_result
WHERE
    snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    AND run_id = %(run_id)s AND staging_revision = %(staging_revision)s
