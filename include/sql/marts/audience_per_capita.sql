create view mart.audience_per_capita as
select
    p.snapshot_date,
    p.region_code,
    r.name as region_name,
    p.platform,
    count(*) as pages_count,
    count(p.outcome) as pages_known_count,
    count(*) filter (where p.is_carried) as pages_carried_count,
    sum(p.members_count) as members_sum,
    r.population,
    sum(p.members_count)::double precision / r.population as members_per_capita
from mart.page_state_day as p
inner join registry.region as r on r.region_code = p.region_code
group by p.snapshot_date, p.region_code, r.name, p.platform, r.population;
comment on view mart.audience_per_capita is 'Subscribers of official pages by resident, by region, network and published date; a person who follows several pages counts several times';
comment on column mart.audience_per_capita.snapshot_date is 'A published date, Europe/Moscow';
comment on column mart.audience_per_capita.region_code is 'Region; 00 = federal bodies';
comment on column mart.audience_per_capita.region_name is 'Its name';
comment on column mart.audience_per_capita.platform is 'Network';
comment on column mart.audience_per_capita.pages_count is 'Pages in the registry';
comment on column mart.audience_per_capita.pages_known_count is 'Of them measured on that night or one of the 7 before';
comment on column mart.audience_per_capita.pages_carried_count is 'Of those, measured before that night';
comment on column mart.audience_per_capita.members_sum is 'Sum of their subscribers; NULL = nothing known';
comment on column mart.audience_per_capita.population is 'Residents on 1 January 2025 (Rosstat); NULL where Rosstat gives none';
comment on column mart.audience_per_capita.members_per_capita is 'members_sum / population; NULL where either is unknown'
