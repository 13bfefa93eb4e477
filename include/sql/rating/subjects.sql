-- What a night's ratings are about, each with its last measurement of up to carry_nights nights before. A night that
-- failed for a page is no measurement: it leaves the page's last one standing.
create temp table rated_region on commit drop as
select region_code, population
from registry.region
where is_rated;

-- is_held: the law's duty to keep a page rests on it (obliged, and no exemption ground).
create temp table rated_organisation on commit drop as
select
    v.organisation_id,
    v.region_code,
    v.is_obliged and v.exemption_ground is null as is_held,
    v.is_pos_connected
from registry.organisation_version as v
inner join rated_region using (region_code)
where v.valid_from <= %(snapshot_date)s and v.valid_to > %(snapshot_date)s;

create temp table last_measured on commit drop as
select
    page_id,
    max(snapshot_date) filter (where outcome not in ('failed', 'no_access')) as seen_on,
    max(snapshot_date) filter (
        where outcome in ('banned', 'deleted', 'not_found') or outcome in ('ok', 'closed') and has_mark is not null
    ) as mark_on,
    max(snapshot_date) filter (where posts_outcome in ('measured', 'wall_closed', 'page_gone')) as posts_on
from history.page_day
where snapshot_date between %(snapshot_date)s - %(carry_nights)s and %(snapshot_date)s
group by page_id;
analyze last_measured;

-- is_collected: its network has published a night within reach; the pages of other networks are known to the
-- registry alone, so that nothing but coverage may speak of them. is_mandatory: its network satisfies the law on that
-- day; pages in other networks only add, and only methods that say so (pages: all) judge them.
create temp table rated_page on commit drop as
select
    a.page_id,
    a.organisation_id,
    o.region_code,
    o.is_held,
    p.platform,
    exists (
        select from ops.night as n
        where n.platform = p.platform and n.published_at is not null
            and n.snapshot_date between %(snapshot_date)s - %(carry_nights)s and %(snapshot_date)s
    ) as is_collected,
    exists (
        select from registry.network_obligation as m
        where m.platform = p.platform and m.status = 'mandatory_any_of'
            and m.valid_from <= %(snapshot_date)s and m.valid_to > %(snapshot_date)s
    ) as is_mandatory,
    l.seen_on,
    seen.outcome,
    case when seen.outcome in ('banned', 'deleted', 'not_found') then 0 else seen.members_count end as members_count,
    l.mark_on,
    marked.outcome in ('ok', 'closed') and marked.has_mark as has_mark,
    l.posts_on,
    wall.posts_outcome = 'measured' as is_wall_readable,
    wall.posts_7d_count,
    wall.posts_30d_count,
    wall.posts_with_views_30d_count,
    wall.views_30d_sum,
    wall.likes_30d_sum,
    wall.comments_30d_sum,
    wall.reposts_30d_sum
from registry.page_assignment as a
inner join registry.page as p on p.page_id = a.page_id
inner join rated_organisation as o on o.organisation_id = a.organisation_id
left join last_measured as l on l.page_id = a.page_id
left join history.page_day as seen
    on seen.page_id = l.page_id and seen.snapshot_date = l.seen_on
    and seen.snapshot_date between %(snapshot_date)s - %(carry_nights)s and %(snapshot_date)s
left join history.page_day as marked
    on marked.page_id = l.page_id and marked.snapshot_date = l.mark_on
    and marked.snapshot_date between %(snapshot_date)s - %(carry_nights)s and %(snapshot_date)s
left join history.page_day as wall
    on wall.page_id = l.page_id and wall.snapshot_date = l.posts_on
    and wall.snapshot_date between %(snapshot_date)s - %(carry_nights)s and %(snapshot_date)s
where a.valid_from <= %(snapshot_date)s and a.valid_to > %(snapshot_date)s;
analyze rated_page;

create temp table criterion_value (
    criterion text not null,
    subject_id integer not null,
    region_code text not null,
    value double precision,
    measured_on date,
    is_mandatory boolean not null
) on commit drop;
