-- Opens what fires and refreshes what is open already. What a person closed stays closed for the nights until then.
insert into alerts.alert as known (
    rule, subject_kind, subject_id, region_code, severity, title, evidence, opened_on, opened_at, last_seen_on
)
select
    %(rule)s,
    %(subject_kind)s,
    j.subject_id,
    j.region_code,
    j.severity,
    j.title,
    j.evidence,
    %(judged_on)s,
    %(moment)s,
    %(judged_on)s
from judged as j
where j.is_firing
    and not exists (
        select from alerts.alert as closed
        where closed.rule = %(rule)s and closed.subject_kind = %(subject_kind)s and closed.subject_id = j.subject_id
            and closed.resolution = 'by_person' and closed.resolved_on >= %(judged_on)s
    )
on conflict (rule, subject_kind, subject_id) where resolved_at is null
do update set
    last_seen_on = excluded.last_seen_on,
    region_code = excluded.region_code,
    severity = excluded.severity,
    title = excluded.title,
    evidence = excluded.evidence
where known.last_seen_on <= excluded.last_seen_on
    and (known.last_seen_on, known.region_code, known.severity, known.title, known.evidence)
    is distinct from (excluded.last_seen_on, excluded.region_code, excluded.severity, excluded.title, excluded.evidence)
returning xmax = 0 as is_new
