-- Equal hash, equal inputs: one hash a criterion, region and kind of network, so that every method shares the work.
create temp table criterion_hash on commit drop as
select
    criterion,
    region_code,
    is_mandatory,
    md5(string_agg(concat_ws(':', subject_id, coalesce(value::text, '-'), measured_on), ',' order by subject_id)) as hash
from criterion_value
group by criterion, region_code, is_mandatory
