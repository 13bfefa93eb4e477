create view mart.region_coverage_day as
select
    c.snapshot_date,
    c.region_code,
    r.name as region_name,
    count(*) as obliged_organisations_count,
    count(*) filter (where c.has_page) as covered_organisations_count,
    count(*) filter (where not c.has_page) as uncovered_organisations_count,
    count(*) filter (where c.has_page is null) as unmeasured_organisations_count,
    count(*) filter (where c.has_page)::double precision / nullif(count(c.has_page), 0) as coverage_share
from mart.organisation_coverage_day as c
inner join registry.region as r on r.region_code = c.region_code
group by c.snapshot_date, c.region_code, r.name;
comment on view mart.region_coverage_day is 'Coverage of obliged organisations by official pages, by region and published date';
comment on column mart.region_coverage_day.snapshot_date is 'A published date, Europe/Moscow';
comment on column mart.region_coverage_day.region_code is 'Region; 00 = federal bodies';
comment on column mart.region_coverage_day.region_name is 'Its name';
comment on column mart.region_coverage_day.obliged_organisations_count is 'Organisations obliged to keep a page and not exempt';
comment on column mart.region_coverage_day.covered_organisations_count is 'Of them with a live page in any mandatory network';
comment on column mart.region_coverage_day.uncovered_organisations_count is 'Of them without one';
comment on column mart.region_coverage_day.unmeasured_organisations_count is 'Of them unknown: their pages have not been measured for more than 7 nights';
comment on column mart.region_coverage_day.coverage_share is 'covered / (covered + uncovered), between 0 and 1; NULL = nothing known'
