-- One criterion's values (its query is the temporary view measurement): what is unknown was measured on no night.
insert into criterion_value (criterion, subject_id, region_code, value, measured_on)
select
    %(criterion)s,
    subject_id,
    region_code,
    value,
    case when value is not null then measured_on end
from measurement
