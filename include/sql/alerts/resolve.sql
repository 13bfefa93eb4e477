update alerts.alert as a
set resolved_on = %(judged_on)s, resolved_at = %(moment)s, resolution = 'condition_ended'
from judged as j
where a.rule = %(rule)s and a.subject_kind = %(subject_kind)s and a.subject_id = j.subject_id
    and a.resolved_at is null and not j.is_firing
