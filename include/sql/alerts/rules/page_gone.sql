-- title: Страница недоступна
-- severity: critical
-- subject: page
-- why: граждане не видят официальную страницу: она заблокирована, удалена или её адрес не существует
-- action: восстановить страницу или внести в реестр действующую ссылку
-- resolves: сеть снова показывает страницу, или реестр её больше не называет
with gone as (
    select
        p.*,
        k.snapshot_date as last_ok_on,
        k.members_count as last_members_count
    from night_page as p
    left join lateral (
        select
            e.snapshot_date,
            e.members_count
        from history.page_day as e
        where e.page_id = p.page_id and e.outcome in ('ok', 'closed')
            and e.snapshot_date between %(snapshot_date)s - 8 and %(snapshot_date)s - 1
            and e.snapshot_date = any(array(select %(snapshot_date)s - n from generate_series(1, 8) as n))
        order by e.snapshot_date desc
        limit 1
    ) as k on true
    where p.outcome in ('banned', 'deleted', 'not_found')
)
select
    page_id::text as subject_id,
    region_code,
    case when outcome = 'not_found' and last_ok_on is null then 'warning' else 'critical' end as severity,
    'Страница «' || page_name || '» '
    || case outcome when 'banned' then 'заблокирована' when 'deleted' then 'удалена' else 'не найдена' end as title,
    jsonb_build_object(
        'url', page_url, 'organisation', organisation_name, 'outcome', outcome, 'reason', reason,
        'last_ok_on', last_ok_on, 'last_members_count', last_members_count
    ) as evidence,
    true as is_firing
from gone
union all
select page_id::text, region_code, 'critical', '', null, false
from night_page
where outcome in ('ok', 'closed')
