insert into rating.page_criterion (
    rating_run_id, page_id, criterion, region_code, value, is_measured, measured_on
)
select %(rating_run_id)s, subject_id, criterion, region_code, value, value is not null, measured_on
from criterion_value
where criterion = any(%(criteria)s) and (is_mandatory or %(is_every_network)s)
order by subject_id, criterion
