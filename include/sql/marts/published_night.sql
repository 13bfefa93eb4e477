create view mart.published_night as
select
    snapshot_date,
    platform,
    published_at
from ops.night
where published_at is not null;
comment on view mart.published_night is 'Nights whose measurements are published: the dates that can be asked for';
comment on column mart.published_night.snapshot_date is 'The night''s date in Europe/Moscow';
comment on column mart.published_night.platform is 'Network';
comment on column mart.published_night.published_at is 'When it was published'
