-- subject: organisation
-- meaning: 1 = the obliged organisation is connected to the component «Госпаблики» of ПОС, 0 = it is not,
--   unknown = the registry does not say
-- source: the registry: networks do not show it
select
    organisation_id as subject_id,
    region_code,
    is_pos_connected::integer as value,
    %(snapshot_date)s as measured_on
from rated_organisation
where is_held
