create view mart.region_rating_criterion as
select
    n.snapshot_date,
    n.method,
    n.version,
    n.revision,
    b.block ->> 'title' as block_title,
    c.criterion,
    d.item ->> 'title' as criterion_title,
    c.region_code,
    r.name as region_name,
    c.value,
    c.numerator,
    c.denominator,
    c.points,
    (d.item ->> 'weight')::double precision as weight,
    c.subjects_count,
    c.measured_count,
    c.measured_count::double precision / nullif(c.subjects_count, 0) as measured_share
from rating.run as n
inner join rating.method as m on m.method = n.method and m.version = n.version
cross join jsonb_array_elements(m.definition -> 'blocks') as b (block)
cross join jsonb_array_elements(b.block -> 'criteria') as d (item)
inner join rating.region_criterion as c
    on c.rating_run_id = n.rating_run_id and c.criterion = d.item ->> 'criterion'
inner join registry.region as r on r.region_code = c.region_code
where n.is_latest;
comment on view mart.region_rating_criterion is 'What each criterion gave each region in the latest revision: why a region has its score';
comment on column mart.region_rating_criterion.snapshot_date is 'Night that is rated, Europe/Moscow';
comment on column mart.region_rating_criterion.method is 'Method';
comment on column mart.region_rating_criterion.version is 'Its version';
comment on column mart.region_rating_criterion.revision is 'Revision';
comment on column mart.region_rating_criterion.block_title is 'Block of the method';
comment on column mart.region_rating_criterion.criterion is 'Criterion';
comment on column mart.region_rating_criterion.criterion_title is 'Its name';
comment on column mart.region_rating_criterion.region_code is 'Region';
comment on column mart.region_rating_criterion.region_name is 'Its name';
comment on column mart.region_rating_criterion.value is 'The region''s value; NULL = nothing measured';
comment on column mart.region_rating_criterion.numerator is 'What was counted or summed';
comment on column mart.region_rating_criterion.denominator is 'Out of what';
comment on column mart.region_rating_criterion.points is 'Points earned; NULL = nothing measured, the other criteria are scaled up';
comment on column mart.region_rating_criterion.weight is 'Points that could be earned';
comment on column mart.region_rating_criterion.subjects_count is 'Pages or organisations it is about';
comment on column mart.region_rating_criterion.measured_count is 'Of them with a known value';
comment on column mart.region_rating_criterion.measured_share is 'measured / subjects, between 0 and 1'
