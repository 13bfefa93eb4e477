UPDATE ops.night SET staging_revision = staging_revision + 1
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
