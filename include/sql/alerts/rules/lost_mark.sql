-- title: Потеряна отметка «Госорганизация»
-- severity: critical
-- subject: page
-- why: без отметки страница не считается официальной: обязанность организации по 8-ФЗ не подтверждена
-- action: подтвердить страницу через Госуслуги заново; проверить, не сменился ли администратор
-- resolves: отметка снова видна
-- setting nights: 1
-- nights = how many measured nights in a row must have shown no mark. A night that did not deliver the field says
-- nothing: it neither opens nor resolves.
with unmarked as (
    select
        d.page_id,
        count(*) filter (where d.has_mark) as marked_count,
        count(*) as measured_count
    from (
        select
            r.page_id,
            r.has_mark,
            row_number() over (partition by r.page_id order by r.snapshot_date desc) as recency
        from history.page_day as r
        inner join night_page as p on p.page_id = r.page_id and not p.has_mark
        where r.has_mark is not null
            and r.snapshot_date between %(snapshot_date)s - (7 + %(nights)s)::integer and %(snapshot_date)s
    ) as d
    where d.recency <= %(nights)s
    group by d.page_id
)
select
    p.page_id::text as subject_id,
    p.region_code,
    'critical' as severity,
    'Страница «' || p.page_name || '» потеряла отметку «Госорганизация»' as title,
    jsonb_build_object(
        'url', p.page_url, 'organisation', p.organisation_name, 'members_count', p.members_count,
        'last_marked_on', b.last_marked_on
    ) as evidence,
    coalesce(u.measured_count = %(nights)s and u.marked_count = 0 and b.last_marked_on is not null, false) as is_firing
from night_page as p
left join unmarked as u on u.page_id = p.page_id
left join lateral (
    select max(e.valid_to) - 1 as last_marked_on
    from history.page_profile as e
    where e.page_id = p.page_id and e.has_mark and e.valid_from < %(snapshot_date)s
) as b on not p.has_mark
where p.outcome in ('ok', 'closed') and p.has_mark is not null
