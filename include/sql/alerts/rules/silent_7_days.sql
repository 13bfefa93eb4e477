-- title: На странице нет новых публикаций
-- severity: warning
-- subject: page
-- why: страница, на которой неделю ничего не публикуют, не выполняет своей задачи - сообщать о деятельности органа
-- action: напомнить ведущему страницы; если организация не работает (каникулы), отметить предупреждение принятым
-- resolves: появилась публикация
-- setting days: 7
-- Judged from pages whose wall was read that night alone.
select
    page_id::text as subject_id,
    region_code,
    'warning' as severity,
    'Страница «' || page_name || '» молчит '
    || coalesce((%(snapshot_date)s - (last_post_at at time zone 'Europe/Moscow')::date) || ' дн.', 'больше 30 дней')
    as title,
    jsonb_build_object(
        'url', page_url, 'organisation', organisation_name, 'last_post_at', last_post_at, 'members_count', members_count
    ) as evidence,
    last_post_at is null or last_post_at < %(night_began_at)s - make_interval(days => %(days)s::integer) as is_firing
from night_page
where posts_outcome = 'measured'
