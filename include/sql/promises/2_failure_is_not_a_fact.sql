-- No figure stands in a row whose page, or whose wall, was not measured; a measured wall has its counts.
SELECT snapshot_date, platform, page_id, outcome, posts_outcome
FROM history.page_day
WHERE
    (outcome IN ('failed', 'not_found') AND num_nonnulls(members_count, has_mark) > 0)
    OR (outcome NOT IN ('ok', 'closed') AND members_count IS NOT NULL)
    OR (
        posts_outcome <> 'measured'
        AND num_nonnulls(last_post_at, posts_7d_count, posts_30d_count, views_30d_sum, likes_30d_sum) > 0
    )
    OR (posts_outcome = 'measured' AND num_nulls(posts_7d_count, posts_30d_count) > 0)
