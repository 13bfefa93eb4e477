-- An organisation that the registry has dropped, or on which the duty rests no more, has nothing left to mend.
update alerts.alert as a
set resolved_on = %(judged_on)s, resolved_at = %(moment)s, resolution = 'condition_ended'
where a.subject_kind = 'organisation' and a.resolved_at is null
    and not exists (
        select from registry.organisation_version as v
        where v.organisation_id = a.subject_id::integer
            and v.valid_from <= %(judged_on)s and v.valid_to > %(judged_on)s
            and v.is_obliged and v.exemption_ground is null
    )
