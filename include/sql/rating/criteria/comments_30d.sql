-- subject: page
-- meaning: comments under the posts of the last 30 days; 0 where nobody can read the wall or the page is gone
-- source: history.page_day, comments_30d_sum
select
    page_id as subject_id,
    region_code,
    case when is_wall_readable then comments_30d_sum when posts_on is not null then 0 end as value,
    posts_on as measured_on
from rated_page
where is_collected
