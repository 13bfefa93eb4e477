-- subject: organisation
-- meaning: 1 = the obliged organisation has a live page in any network that satisfies the law on that day, 0 = it has
--   none, unknown = none of its pages is known to live and at least one has not been measured
-- source: 270-ФЗ of 14.07.2022; распоряжение Правительства РФ of 02.09.2022 № 2523-р: any network of the list is enough
with mandatory as (
    select p.*
    from rated_page as p
    where p.is_held and p.is_mandatory
),
state as (
    select
        organisation_id,
        bool_or(coalesce(outcome = 'ok', false)) as is_live,
        bool_or(outcome is null) as is_unmeasured,
        max(seen_on) filter (where outcome = 'ok') as live_on,
        max(seen_on) as seen_on
    from mandatory
    group by organisation_id
)
select
    o.organisation_id as subject_id,
    o.region_code,
    case when s.is_live then 1 when s.is_unmeasured then null else 0 end as value,
    coalesce(s.live_on, s.seen_on, %(snapshot_date)s) as measured_on
from rated_organisation as o
left join state as s on s.organisation_id = o.organisation_id
where o.is_held
