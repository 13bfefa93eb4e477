update alerts.alert
set resolved_on = last_seen_on, resolved_at = %(moment)s, resolved_by = %(who)s,
    resolution = 'by_person'
where alert_id = %(alert_id)s and resolved_at is null
