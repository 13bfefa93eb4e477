-- subject: organisation
-- meaning: 1 = a manager with finished training is appointed at the obliged organisation, 0 = none is,
--   unknown = the region's registry names no manager at all, which is a registry without that column
-- source: the registry
with manager as (
    select
        o.organisation_id,
        o.region_code,
        bool_or(coalesce(m.trained_on <= %(snapshot_date)s, false)) as is_qualified,
        bool_or(m.organisation_id is not null) as is_named
    from rated_organisation as o
    left join registry.page_manager as m
        on m.organisation_id = o.organisation_id
        and m.valid_from <= %(snapshot_date)s and m.valid_to > %(snapshot_date)s
    where o.is_held
    group by o.organisation_id, o.region_code
)
select
    organisation_id as subject_id,
    region_code,
    case when bool_or(is_named) over (partition by region_code) then is_qualified::integer end as value,
    %(snapshot_date)s as measured_on
from manager
