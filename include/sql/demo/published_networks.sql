SELECT platform
FROM ops.night
WHERE snapshot_date = %(snapshot_date)s AND published_at IS NOT NULL
