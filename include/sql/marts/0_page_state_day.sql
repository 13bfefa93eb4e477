-- Named 0_ so that it is made before the views that read it.
create view mart.page_state_day as
select
    d.snapshot_date,
    a.page_id,
    p.platform,
    v.organisation_id,
    v.region_code,
    coalesce(t.outcome, c.outcome) as outcome,
    coalesce(t.snapshot_date, c.snapshot_date) as measured_on,
    coalesce(coalesce(t.snapshot_date, c.snapshot_date) < d.snapshot_date, false) as is_carried,
    case
        when coalesce(t.outcome, c.outcome) in ('banned', 'deleted', 'not_found') then 0
        when t.page_id is not null then t.members_count
        else c.members_count
    end as members_count,
    v.is_obliged and v.exemption_ground is null as is_held
from (select distinct snapshot_date from ops.night where published_at is not null) as d
inner join registry.page_assignment as a on a.valid_from <= d.snapshot_date and a.valid_to > d.snapshot_date
inner join registry.page as p on p.page_id = a.page_id
inner join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
left join history.page_day as t
    on t.snapshot_date = d.snapshot_date and t.page_id = a.page_id and t.outcome not in ('failed', 'no_access')
left join lateral (
    select
        e.snapshot_date,
        e.outcome,
        e.members_count
    from history.page_day as e
    where t.page_id is null
        and e.page_id = a.page_id
        and e.snapshot_date = any(array[
            d.snapshot_date - 1, d.snapshot_date - 2, d.snapshot_date - 3, d.snapshot_date - 4,
            d.snapshot_date - 5, d.snapshot_date - 6, d.snapshot_date - 7
        ])
        and e.outcome not in ('failed', 'no_access')
    order by e.snapshot_date desc
    limit 1
) as c on true;
comment on view mart.page_state_day is 'Pages of the registry on each published date, with what is known of them: that night''s measurement, or the last of the 7 nights before';
comment on column mart.page_state_day.snapshot_date is 'A published date, Europe/Moscow';
comment on column mart.page_state_day.page_id is 'Page: registry.page';
comment on column mart.page_state_day.platform is 'Network';
comment on column mart.page_state_day.organisation_id is 'Organisation that kept the page on that date';
comment on column mart.page_state_day.region_code is 'Its region on that date';
comment on column mart.page_state_day.outcome is 'ok, closed, banned, deleted or not_found; NULL = not measured for more than 7 nights';
comment on column mart.page_state_day.measured_on is 'Night of that measurement';
comment on column mart.page_state_day.is_carried is 'Whether it is an earlier night''s, because that night''s failed or there was none';
comment on column mart.page_state_day.members_count is 'Subscribers; 0 when the page is gone; NULL = not measured, or not shown by the network';
comment on column mart.page_state_day.is_held is 'Whether the organisation was obliged and not exempt'
