-- subject: page
-- meaning: subscribers; 0 when the page is gone
-- source: history.page_day, members_count
select
    page_id as subject_id,
    region_code,
    members_count as value,
    seen_on as measured_on
from rated_page
where is_collected
