-- title: Ночь отклонена проверкой качества
-- severity: critical
-- subject: night
-- why: опубликованным осталось вчерашнее: собранное ночью не прошло проверку
-- action: посмотреть отчёт о качестве; исправить причину и повторить, либо принять ночь с указанием причины (accept-night)
-- resolves: ночь принята или опубликована, либо опубликована более поздняя
with candidate as (
    select
        n.*,
        not n.is_judged_good
        and (n.accepted_revision is distinct from n.judged_revision)
        and (n.published_revision is distinct from n.judged_revision)
        and exists (
            select from ops.crawl_run as r
            where r.snapshot_date = n.snapshot_date and r.platform = n.platform and r.state = 'rejected'
        )
        and not exists (
            select from ops.night as later
            where later.platform = n.platform and later.snapshot_date > n.snapshot_date and later.published_at is not null
        ) as is_firing
    from ops.night as n
    where n.judged_revision is not null
        and (
            n.snapshot_date >= %(today)s - 7
            or n.snapshot_date || '/' || n.platform in (
                select subject_id from alerts.alert where rule = 'gate_failed' and resolved_at is null
            )
        )
)
select
    c.snapshot_date || '/' || c.platform as subject_id,
    null as region_code,
    'critical' as severity,
    'Ночь ' || to_char(c.snapshot_date, 'DD.MM.YYYY') || ' (' || p.name || ') отклонена проверкой качества' as title,
    jsonb_build_object(
        'platform', c.platform, 'snapshot_date', c.snapshot_date,
        'failed', (
            select
                coalesce(jsonb_agg(distinct jsonb_build_object(
                    'expectation', q.expectation, 'observed', q.observed, 'bound', q.bound
                )), '[]')
            from ops.quality_result as q
            where q.snapshot_date = c.snapshot_date and q.platform = c.platform
                and q.staging_revision = c.judged_revision and q.severity = 'critical' and not q.is_passed
        )
    ) as evidence,
    c.is_firing
from candidate as c
inner join registry.platform as p on p.platform = c.platform
