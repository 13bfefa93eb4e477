-- A page that the registry has dropped is nobody's official page any more: nothing is left to mend.
update alerts.alert as a
set resolved_on = %(judged_on)s, resolved_at = %(moment)s, resolution = 'condition_ended'
from registry.page as p
where a.subject_kind = 'page' and a.resolved_at is null
    and p.page_id = a.subject_id::integer and p.platform = %(platform)s
    and not exists (
        select from registry.page_assignment as g
        where g.page_id = p.page_id and g.valid_from <= %(judged_on)s and g.valid_to > %(judged_on)s
    )
