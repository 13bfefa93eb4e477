-- subject: page
-- meaning: mean (likes + comments + reposts) per post / mean views per post over 30 days; 0 without posts, unknown without views
-- source: the formula that LiveDune calls ERViews and Popsters ERview
select
    page_id as subject_id,
    region_code,
    case
        when not is_wall_readable or posts_30d_count = 0 then 0
        else (likes_30d_sum + comments_30d_sum + reposts_30d_sum)::double precision / posts_30d_count
            / nullif(views_30d_sum::double precision / nullif(posts_with_views_30d_count, 0), 0)
    end as value,
    posts_on as measured_on
from rated_page
where is_collected
