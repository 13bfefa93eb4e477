-- subject: page
-- meaning: 1 = the page bears the mark «Госорганизация», 0 = it does not, or the page is gone
-- source: VK community field is_government_organization; absent is unknown, not 0
select
    page_id as subject_id,
    region_code,
    has_mark::integer as value,
    mark_on as measured_on
from rated_page
where is_collected
