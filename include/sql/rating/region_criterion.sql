-- A region's value of each criterion by the method's aggregate, and the points it earns: linear from zero_at to
-- full_at. Sums are numeric, so that their order cannot show in the last digit. A criterion that nobody could measure in a region earns NULL, which is not nought.
insert into rating.region_criterion (
    rating_run_id, region_code, criterion, numerator, denominator, value, points, subjects_count, measured_count
)
with declared as (
    select *
    from jsonb_to_recordset(%(criteria)s) as c (
        criterion text, region_value text, threshold double precision, weight double precision,
        zero_at double precision, full_at double precision
    )
),
gathered as (
    select
        r.region_code,
        r.population,
        d.criterion,
        d.region_value,
        d.weight,
        d.zero_at,
        d.full_at,
        count(v.subject_id) as subjects_count,
        count(v.value) as measured_count,
        count(*) filter (where v.value >= d.threshold) as reaching_count,
        (sum(v.value::numeric) filter (where d.region_value in ('mean', 'per_capita')))::double precision as value_sum,
        percentile_cont(0.5) within group (order by v.value) filter (where d.region_value = 'median') as value_median
    from rated_region as r
    cross join declared as d
    left join criterion_value as v
        on v.region_code = r.region_code and v.criterion = d.criterion and (v.is_mandatory or %(is_every_network)s)
    group by r.region_code, r.population, d.criterion, d.region_value, d.weight, d.zero_at, d.full_at
),
divided as (
    select
        *,
        case region_value when 'share' then reaching_count when 'median' then null else value_sum end as numerator,
        case region_value when 'per_capita' then population when 'median' then null else measured_count end as denominator
    from gathered
),
valued as (
    select
        *,
        case
            when measured_count = 0 then null
            when region_value = 'median' then value_median
            else numerator / nullif(denominator, 0)
        end as value
    from divided
)
select
    %(rating_run_id)s,
    region_code,
    criterion,
    case when measured_count > 0 then numerator end,
    denominator,
    value,
    case when value is not null then weight * least(1, greatest(0, (value - zero_at) / (full_at - zero_at))) end,
    subjects_count,
    measured_count
from valued
