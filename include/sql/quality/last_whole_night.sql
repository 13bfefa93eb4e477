SELECT max(snapshot_date) AS last_night FROM ops.night
WHERE platform = %(platform)s AND snapshot_date < %(snapshot_date)s AND is_published_whole
