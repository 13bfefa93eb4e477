SELECT max(snapshot_date) AS snapshot_date FROM ops.night WHERE platform = %(platform)s
