create view mart.lost_mark as
select
    f.valid_from as snapshot_date,
    f.page_id,
    f.platform,
    f.name as page_name,
    n.page_url_prefix || coalesce(f.screen_name, n.page_number_prefix || p.native_id) as page_url,
    v.organisation_id,
    v.name as organisation_name,
    v.region_code,
    r.name as region_name,
    d.members_count
from history.page_profile as f
inner join lateral (
    select e.has_mark
    from history.page_profile as e
    where e.page_id = f.page_id and e.valid_from < f.valid_from and e.has_mark is not null
    order by e.valid_from desc
    limit 1
) as b on b.has_mark
inner join registry.page as p on p.page_id = f.page_id
inner join registry.platform as n on n.platform = f.platform
left join registry.page_assignment as a
    on a.page_id = f.page_id and a.valid_from <= f.valid_from and a.valid_to > f.valid_from
left join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= f.valid_from and v.valid_to > f.valid_from
left join registry.region as r on r.region_code = v.region_code
left join history.page_day as d on d.snapshot_date = f.valid_from and d.page_id = f.page_id
where not f.has_mark;
comment on view mart.lost_mark is 'Marks «Госорганизация» lost: the night that first showed a page without the mark it was last known to bear';
comment on column mart.lost_mark.snapshot_date is 'Night that showed the loss, Europe/Moscow';
comment on column mart.lost_mark.page_id is 'Page';
comment on column mart.lost_mark.platform is 'Network';
comment on column mart.lost_mark.page_name is 'Name of the page on that night';
comment on column mart.lost_mark.page_url is 'Link to the page';
comment on column mart.lost_mark.organisation_id is 'Organisation that kept it';
comment on column mart.lost_mark.organisation_name is 'Its name';
comment on column mart.lost_mark.region_code is 'Its region';
comment on column mart.lost_mark.region_name is 'The region''s name';
comment on column mart.lost_mark.members_count is 'Subscribers on that night'
