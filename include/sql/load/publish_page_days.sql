-- One row per page to publish. Sums are over posts published in the 30 (7) days before the night's Moscow midnight,
-- so that they do not depend on the hour at which a page was asked; they are NULL where the wall was not measured.
INSERT INTO history.page_day (
    snapshot_date, page_id, platform, run_id, outcome, reason, observed_at, posts_outcome, posts_reason,
    members_count, has_mark, wall_posts_count, is_comments_open,
    last_post_at, posts_7d_count, posts_30d_count, posts_with_views_30d_count,
    views_30d_sum, likes_30d_sum, comments_30d_sum, reposts_30d_sum
)
WITH sums AS (
    SELECT
        page_id,
        max(published_at) AS last_post_at,
        count(*) FILTER (WHERE published_at >= %(week_from)s) AS posts_7d_count,
        count(*) AS posts_30d_count,
        count(views_count) AS posts_with_views_30d_count,
        sum(views_count) AS views_30d_sum,
        sum(likes_count) AS likes_30d_sum,
        sum(comments_count) AS comments_30d_sum,
        sum(reposts_count) AS reposts_30d_sum
    FROM staging.post
    WHERE
        snapshot_date = %(snapshot_date)s
        AND published_at >= %(window_from)s AND published_at < %(window_to)s
    GROUP BY page_id
),

-- A measured wall without a post has sums of 0; a sum over posts of which none delivered the figure stays NULL.
measured AS (
    SELECT
        wall.page_id,
        sums.last_post_at,
        coalesce(sums.posts_7d_count, 0) AS posts_7d_count,
        coalesce(sums.posts_30d_count, 0) AS posts_30d_count,
        coalesce(sums.posts_with_views_30d_count, 0) AS posts_with_views_30d_count,
        CASE WHEN sums.page_id IS NULL THEN 0 ELSE sums.views_30d_sum END AS views_30d_sum,
        CASE WHEN sums.page_id IS NULL THEN 0 ELSE sums.likes_30d_sum END AS likes_30d_sum,
        CASE WHEN sums.page_id IS NULL THEN 0 ELSE sums.comments_30d_sum END AS comments_30d_sum,
        CASE WHEN sums.page_id IS NULL THEN 0 ELSE sums.reposts_30d_sum END AS reposts_30d_sum
    FROM staging.page_wall AS wall
    LEFT JOIN sums ON wall.page_id = sums.page_id
    WHERE wall.snapshot_date = %(snapshot_date)s AND wall.posts_outcome = 'measured'
)

SELECT
    profile.snapshot_date,
    page.page_id,
    profile.platform,
    %(run_id)s AS run_id,
    profile.outcome,
    profile.reason,
    profile.observed_at,
    wall.posts_outcome,
    wall.reason AS posts_reason,
    CASE WHEN profile.outcome IN ('ok', 'closed') THEN profile.members_count END AS members_count,
    profile.has_mark,
    wall.wall_posts_count,
    wall.is_comments_open,
    measured.last_post_at,
    measured.posts_7d_count,
    measured.posts_30d_count,
    measured.posts_with_views_30d_count,
    measured.views_30d_sum,
    measured.likes_30d_sum,
    measured.comments_30d_sum,
    measured.reposts_30d_sum
FROM publication_page AS page
INNER JOIN staging.page_profile AS profile
    ON page.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
INNER JOIN staging.page_wall AS wall
    ON page.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
LEFT JOIN measured ON page.page_id = measured.page_id
