update rating.run set is_latest = false
where snapshot_date = %(snapshot_date)s and method = %(method)s and is_latest
