create view mart.silent_page as
select
    d.snapshot_date,
    d.page_id,
    d.platform,
    coalesce(f.name, v.name) as page_name,
    n.page_url_prefix || coalesce(f.screen_name, p.screen_name, n.page_number_prefix || p.native_id) as page_url,
    v.organisation_id,
    v.name as organisation_name,
    v.region_code,
    r.name as region_name,
    d.last_post_at,
    d.snapshot_date - (d.last_post_at at time zone 'Europe/Moscow')::date as silent_days,
    d.members_count
from history.page_day as d
inner join registry.page as p on p.page_id = d.page_id
inner join registry.platform as n on n.platform = d.platform
inner join registry.page_assignment as a
    on a.page_id = d.page_id and a.valid_from <= d.snapshot_date and a.valid_to > d.snapshot_date
inner join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
inner join registry.region as r on r.region_code = v.region_code
left join history.page_profile as f
    on f.page_id = d.page_id and f.valid_from <= d.snapshot_date and f.valid_to > d.snapshot_date
where d.posts_outcome = 'measured'
    and (
        d.last_post_at is null
        or d.last_post_at < (d.snapshot_date::timestamp at time zone 'Europe/Moscow') - interval '7 days'
    );
comment on view mart.silent_page is 'Pages whose wall was read and showed no post of the last 7 days, by night';
comment on column mart.silent_page.snapshot_date is 'Night, Europe/Moscow';
comment on column mart.silent_page.page_id is 'Page';
comment on column mart.silent_page.platform is 'Network';
comment on column mart.silent_page.page_name is 'Name of the page on that night';
comment on column mart.silent_page.page_url is 'Link to the page';
comment on column mart.silent_page.organisation_id is 'Organisation that kept it';
comment on column mart.silent_page.organisation_name is 'Its name';
comment on column mart.silent_page.region_code is 'Its region';
comment on column mart.silent_page.region_name is 'The region''s name';
comment on column mart.silent_page.last_post_at is 'Newest post; NULL = none within 30 days';
comment on column mart.silent_page.silent_days is 'Days since the newest post, by Moscow dates; NULL = more than 30';
comment on column mart.silent_page.members_count is 'Subscribers on that night'
