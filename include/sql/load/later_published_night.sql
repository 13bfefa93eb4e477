SELECT max(snapshot_date) AS later FROM ops.night
WHERE platform = %(platform)s AND snapshot_date > %(snapshot_date)s AND published_revision IS NOT NULL
