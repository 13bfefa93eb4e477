create view mart.region_rating_as_published as
select
    n.snapshot_date,
    n.method,
    n.version,
    n.revision,
    m.title as method_title,
    s.place,
    s.region_code,
    r.name as region_name,
    s.shown_score,
    (m.definition ->> 'points')::double precision as points,
    s.measured_share,
    s.unrated_reason,
    m.definition ->> 'assumption' as assumption,
    n.inputs_sha256,
    n.rated_at
from rating.run as n
inner join rating.method as m on m.method = n.method and m.version = n.version
inner join rating.region_score as s on s.rating_run_id = n.rating_run_id
inner join registry.region as r on r.region_code = s.region_code
where n.revision = 1;
comment on view mart.region_rating_as_published is 'Places of the regions as they were published first, before late data';
comment on column mart.region_rating_as_published.snapshot_date is 'Night that is rated, Europe/Moscow';
comment on column mart.region_rating_as_published.method is 'Method';
comment on column mart.region_rating_as_published.version is 'Its version';
comment on column mart.region_rating_as_published.revision is '1 = as published first; more when late data changed the inputs';
comment on column mart.region_rating_as_published.method_title is 'Name of the method';
comment on column mart.region_rating_as_published.place is 'Place, ties sharing it as the method says; NULL = not rated';
comment on column mart.region_rating_as_published.region_code is 'Region';
comment on column mart.region_rating_as_published.region_name is 'Its name';
comment on column mart.region_rating_as_published.shown_score is 'Score, rounded as the method says; NULL = not rated';
comment on column mart.region_rating_as_published.points is 'Points that a region could earn at most';
comment on column mart.region_rating_as_published.measured_share is 'Share of the region''s pages that the score rests on, between 0 and 1';
comment on column mart.region_rating_as_published.unrated_reason is 'Why the region has no place';
comment on column mart.region_rating_as_published.assumption is 'What of the method is assumed, not published by its authors: quote it with the figures';
comment on column mart.region_rating_as_published.inputs_sha256 is 'Hash of everything that went in';
comment on column mart.region_rating_as_published.rated_at is 'When it was computed'
