update alerts.alert
set acknowledged_at = %(moment)s, acknowledged_by = %(who)s
where alert_id = %(alert_id)s and resolved_at is null and acknowledged_at is null
