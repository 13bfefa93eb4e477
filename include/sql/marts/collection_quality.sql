create view mart.collection_quality as
select
    d.snapshot_date,
    d.platform,
    v.region_code,
    r.name as region_name,
    count(*) as pages_count,
    count(*) filter (where d.outcome not in ('failed', 'no_access')) as pages_measured_count,
    count(*) filter (where d.outcome = 'failed') as pages_failed_count,
    count(*) filter (where d.outcome not in ('failed', 'no_access'))::double precision / count(*) as pages_measured_share,
    count(*) filter (where d.outcome in ('ok', 'closed') and d.has_mark is null) as pages_without_mark_field_count,
    count(*) filter (where d.posts_outcome = 'measured') as walls_measured_count,
    count(*) filter (where d.posts_outcome = 'failed') as walls_failed_count,
    count(*) filter (where d.posts_outcome = 'not_planned') as walls_not_planned_count,
    count(*) filter (where d.posts_outcome = 'measured')::double precision
    / nullif(count(*) filter (where d.posts_outcome in ('measured', 'failed', 'not_planned')), 0) as walls_measured_share
from history.page_day as d
left join registry.page_assignment as a
    on a.page_id = d.page_id and a.valid_from <= d.snapshot_date and a.valid_to > d.snapshot_date
left join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
left join registry.region as r on r.region_code = v.region_code
group by d.snapshot_date, d.platform, v.region_code, r.name;
comment on view mart.collection_quality is 'How much of what a night set out to measure it measured, by night, network and region';
comment on column mart.collection_quality.snapshot_date is 'Night, Europe/Moscow';
comment on column mart.collection_quality.platform is 'Network';
comment on column mart.collection_quality.region_code is 'Region; 00 = federal bodies; NULL = the page has left the registry';
comment on column mart.collection_quality.region_name is 'Its name';
comment on column mart.collection_quality.pages_count is 'Pages planned: every one has an outcome';
comment on column mart.collection_quality.pages_measured_count is 'Of them with a fact about the page, be it that it is gone';
comment on column mart.collection_quality.pages_failed_count is 'Of them that our asking failed for';
comment on column mart.collection_quality.pages_measured_share is 'measured / planned, between 0 and 1';
comment on column mart.collection_quality.pages_without_mark_field_count is 'Live pages for which the network did not say whether they bear the mark';
comment on column mart.collection_quality.walls_measured_count is 'Walls whose posts were read';
comment on column mart.collection_quality.walls_failed_count is 'Walls whose reading failed';
comment on column mart.collection_quality.walls_not_planned_count is 'Walls that the night''s quota left out';
comment on column mart.collection_quality.walls_measured_share is 'measured / (measured + failed + not planned); closed walls and gone pages count nowhere; NULL = no such wall'
