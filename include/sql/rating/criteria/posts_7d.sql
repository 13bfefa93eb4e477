-- subject: page
-- meaning: posts published in the 7 days before the night; 0 where nobody can read the wall or the page is gone
-- source: history.page_day, posts_7d_count
select
    page_id as subject_id,
    region_code,
    case when is_wall_readable then posts_7d_count when posts_on is not null then 0 end as value,
    posts_on as measured_on
from rated_page
where is_collected
