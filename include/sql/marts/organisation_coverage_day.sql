create view mart.organisation_coverage_day as
select
    d.snapshot_date,
    v.organisation_id,
    v.region_code,
    v.level,
    v.founder_id,
    v.name as organisation_name,
    case
        when coalesce(s.live_pages_count, 0) > 0 then true
        when coalesce(s.unmeasured_pages_count, 0) > 0 then null
        else false
    end as has_page,
    coalesce(s.live_pages_count, 0) as live_pages_count,
    coalesce(s.unmeasured_pages_count, 0) as unmeasured_pages_count
from (select distinct snapshot_date from ops.night where published_at is not null) as d
inner join registry.organisation_version as v on v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
left join (
    select
        p.snapshot_date,
        p.organisation_id,
        count(*) filter (where p.outcome = 'ok') as live_pages_count,
        count(*) filter (where p.outcome is null) as unmeasured_pages_count
    from mart.page_state_day as p
    inner join registry.network_obligation as n
        on n.platform = p.platform and n.status = 'mandatory_any_of'
        and n.valid_from <= p.snapshot_date and n.valid_to > p.snapshot_date
    where p.is_held
    group by p.snapshot_date, p.organisation_id
) as s on s.snapshot_date = d.snapshot_date and s.organisation_id = v.organisation_id
where v.is_obliged and v.exemption_ground is null;
comment on view mart.organisation_coverage_day is 'Obliged, not exempt organisations on each published date: whether the duty to keep a page was met';
comment on column mart.organisation_coverage_day.snapshot_date is 'A published date, Europe/Moscow';
comment on column mart.organisation_coverage_day.organisation_id is 'Organisation';
comment on column mart.organisation_coverage_day.region_code is 'Its region on that date; 00 = federal bodies';
comment on column mart.organisation_coverage_day.level is 'Its level on that date';
comment on column mart.organisation_coverage_day.founder_id is 'Its founder on that date: registry.founder';
comment on column mart.organisation_coverage_day.organisation_name is 'Its name on that date';
comment on column mart.organisation_coverage_day.has_page is 'Whether a live page in any mandatory network was known; NULL = none was, but some page had not been measured for 7 nights';
comment on column mart.organisation_coverage_day.live_pages_count is 'Live pages in mandatory networks';
comment on column mart.organisation_coverage_day.unmeasured_pages_count is 'Pages in mandatory networks not measured for more than 7 nights'
