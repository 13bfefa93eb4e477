SELECT * FROM ops.night
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
