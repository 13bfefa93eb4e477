-- title: Ночь не опубликована вовремя
-- severity: critical
-- subject: night
-- why: к утру нет новых данных: рейтинг и предупреждения стоят на вчерашних
-- action: открыть в Airflow последний запуск crawl_<сеть>: что ещё идёт, что упало
-- resolves: опубликована эта ночь или более поздняя
-- Only a network that has published before can be late. Nights that have an open alert are judged until it ends.
with expected as (
    select
        platform,
        min(snapshot_date) as first_published_on,
        max(snapshot_date) as last_published_on
    from ops.night
    where published_at is not null
    group by platform
),
candidate as (
    select
        platform,
        %(today)s as snapshot_date
    from expected
    union
    select
        split_part(subject_id, '/', 2),
        split_part(subject_id, '/', 1)::date
    from alerts.alert
    where rule = 'night_late' and resolved_at is null
)
select
    c.snapshot_date || '/' || c.platform as subject_id,
    null as region_code,
    'critical' as severity,
    'Ночь ' || to_char(c.snapshot_date, 'DD.MM.YYYY') || ' (' || n.name || ') не опубликована к '
    || to_char(%(deadline_hour)s, 'FM00') || ':00' as title,
    jsonb_build_object(
        'platform', c.platform, 'snapshot_date', c.snapshot_date, 'last_published_on', e.last_published_on,
        'state', (
            select r.state
            from ops.crawl_run as r
            where r.snapshot_date = c.snapshot_date and r.platform = c.platform and not r.is_partial
            order by r.run_id desc
            limit 1
        )
    ) as evidence,
    e.last_published_on < c.snapshot_date and (c.snapshot_date < %(today)s or %(is_past_deadline)s) as is_firing
from candidate as c
inner join expected as e on e.platform = c.platform
inner join registry.platform as n on n.platform = c.platform
