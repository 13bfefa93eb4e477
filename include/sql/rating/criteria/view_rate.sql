-- subject: page
-- meaning: mean views per post of the last 30 days / subscribers; 0 without posts, unknown where the network gives no views
-- source: views / subscribers, the public substitute for the reach that only a page's administrators see
select
    page_id as subject_id,
    region_code,
    case
        when not is_wall_readable or posts_30d_count = 0 then 0
        else views_30d_sum::double precision / nullif(posts_with_views_30d_count, 0) / nullif(members_count, 0)
    end as value,
    posts_on as measured_on
from rated_page
where is_collected
