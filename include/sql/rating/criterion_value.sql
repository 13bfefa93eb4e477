-- One criterion's values (its query is the temporary view measurement): what is unknown was measured on no night.
insert into criterion_value (criterion, subject_id, region_code, value, measured_on, is_mandatory)
select
    %(criterion)s,
    m.subject_id,
    m.region_code,
    m.value,
    case when m.value is not null then m.measured_on end,
    %(subject)s <> 'page' or p.is_mandatory
from measurement as m
left join rated_page as p on %(subject)s = 'page' and p.page_id = m.subject_id
