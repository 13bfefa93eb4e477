-- title: Резко упала аудитория
-- severity: warning
-- subject: page
-- why: потеря десятой доли подписчиков за неделю - след чистки ботов, взлома или ошибки администратора
-- action: проверить журнал действий страницы; сравнить с ходом других страниц региона
-- resolves: падение к измерению недельной давности снова меньше порога
-- setting drop_share: 0.1
-- setting members_at_least: 100
-- The comparison is the measured night nearest to 7 nights before, 5 to 9 nights back; without one nothing is judged.
-- A page with fewer than members_at_least subscribers then moves by single persons.
with compared as (
    select distinct on (p.page_id)
        p.*,
        e.snapshot_date as before_on,
        e.members_count as before_count
    from night_page as p
    inner join history.page_day as e
        on e.page_id = p.page_id and e.platform = p.platform and e.members_count > 0
        and e.snapshot_date between %(snapshot_date)s - 9 and %(snapshot_date)s - 5
    where p.outcome in ('ok', 'closed') and p.members_count is not null
    order by p.page_id, abs(%(snapshot_date)s - 7 - e.snapshot_date), e.snapshot_date desc
)
select
    page_id::text as subject_id,
    region_code,
    'warning' as severity,
    'Страница «' || page_name || '» потеряла ' || round(100.0 * (before_count - members_count) / before_count)
    || ' %% подписчиков за ' || (%(snapshot_date)s - before_on) || ' дн.' as title,
    jsonb_build_object(
        'url', page_url, 'organisation', organisation_name, 'members_count', members_count,
        'before_count', before_count, 'before_on', before_on
    ) as evidence,
    before_count >= %(members_at_least)s and members_count < before_count * (1 - %(drop_share)s) as is_firing
from compared
