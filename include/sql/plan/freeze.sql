UPDATE ops.night SET plan_frozen_at = %(moment)s
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
