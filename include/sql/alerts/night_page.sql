-- The pages of a published night as rules need them: facts of the night, and how people know the page. A page that
-- has left the registry is not here.
create temp table night_page as
select
    d.page_id,
    d.platform,
    v.organisation_id,
    v.region_code,
    v.name as organisation_name,
    coalesce(f.name, v.name) as page_name,
    n.page_url_prefix || coalesce(f.screen_name, p.screen_name, n.page_number_prefix || p.native_id) as page_url,
    d.outcome,
    d.reason,
    d.members_count,
    d.has_mark,
    d.posts_outcome,
    d.last_post_at
from history.page_day as d
inner join registry.page as p on p.page_id = d.page_id
inner join registry.platform as n on n.platform = d.platform
inner join registry.page_assignment as a
    on a.page_id = d.page_id and a.valid_from <= d.snapshot_date and a.valid_to > d.snapshot_date
inner join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
left join history.page_profile as f
    on f.page_id = d.page_id and f.valid_from <= d.snapshot_date and f.valid_to > d.snapshot_date
where d.snapshot_date = %(snapshot_date)s and d.platform = %(platform)s;
create index on night_page (page_id);
analyze night_page
