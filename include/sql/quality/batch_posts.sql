-- One row per staged post of the pages that the run judges.
SELECT
    post.page_id,
    post.post_id,
    coalesce(wall.posts_outcome::text, 'no wall row') AS posts_outcome,
    post.views_count,
    post.likes_count,
    post.comments_count,
    post.reposts_count,
    post.text_length,
    extract(EPOCH FROM post.published_at - wall.asked_since)::double precision AS seconds_after_asked_since,
    extract(EPOCH FROM post.published_at - wall.observed_at)::double precision AS seconds_in_future
FROM ops.publication_page AS page
INNER JOIN staging.post AS post
    ON page.page_id = post.page_id AND post.snapshot_date = %(snapshot_date)s
LEFT JOIN staging.page_wall AS wall
    ON post.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
WHERE page.run_id = %(run_id)s AND page.snapshot_date = %(snapshot_date)s
