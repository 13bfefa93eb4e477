-- One row: tonight against the last whole night, each figure over the pages that both nights measured. NULL where
-- there is no such night, or too little to compare.
WITH posts AS (
    SELECT page_id, count(*) AS posts_30d_count
    FROM staging.post
    WHERE
        snapshot_date = %(snapshot_date)s
        AND published_at >= %(window_from)s AND published_at < %(window_to)s
    GROUP BY page_id
),

both_nights AS (
    SELECT
        profile.members_count AS members_now,
        last_night.members_count AS members_before,
        profile.has_mark AS mark_now,
        last_night.has_mark AS mark_before,
        profile.outcome = 'ok' AND last_night.outcome = 'ok' AS is_ok,
        profile.outcome IN ('ok', 'closed') AS is_alive_now,
        last_night.outcome IN ('ok', 'closed') AND profile.outcome <> 'failed' AS was_alive,
        wall.posts_outcome = 'measured' AS is_wall_now,
        last_night.posts_outcome = 'measured' AS is_wall_before,
        coalesce(posts.posts_30d_count, 0) AS posts_now,
        last_night.posts_30d_count AS posts_before
    FROM history.page_day AS last_night
    INNER JOIN staging.page_profile AS profile
        ON last_night.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
    INNER JOIN staging.page_wall AS wall
        ON last_night.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
    LEFT JOIN posts ON last_night.page_id = posts.page_id
    WHERE last_night.snapshot_date = %(drift_night)s::date AND last_night.platform = %(platform)s
),

sums AS (
    SELECT
        count(*) FILTER (WHERE is_ok AND members_now + members_before IS NOT NULL) AS audience_pages,
        sum(members_now::bigint) FILTER (WHERE is_ok AND members_before IS NOT NULL) AS audience_now,
        sum(members_before::bigint) FILTER (WHERE is_ok AND members_now IS NOT NULL) AS audience_before,
        count(*) FILTER (WHERE mark_now AND mark_before IS NOT NULL) AS marks_now,
        count(*) FILTER (WHERE mark_before AND mark_now IS NOT NULL) AS marks_before,
        count(*) FILTER (WHERE was_alive AND is_alive_now) AS alive_now,
        count(*) FILTER (WHERE was_alive) AS alive_before,
        sum(posts_now) FILTER (WHERE is_wall_now AND is_wall_before) AS posts_now,
        sum(posts_before) FILTER (WHERE is_wall_now AND is_wall_before) AS posts_before,
        count(*) FILTER (WHERE is_wall_now) AS walls_now,
        count(*) FILTER (WHERE is_wall_before) AS walls_before
    FROM both_nights
)

SELECT
    CASE WHEN audience_pages >= %(min_pages)s THEN audience_now::double precision / nullif(audience_before, 0) END
        AS audience_ratio,
    CASE WHEN marks_before >= %(min_pages)s THEN marks_now::double precision / marks_before END AS mark_ratio,
    CASE WHEN alive_before >= %(min_pages)s THEN alive_now::double precision / alive_before END AS alive_ratio,
    CASE WHEN posts_before >= %(min_posts)s THEN posts_now::double precision / posts_before END AS posts_ratio,
    CASE WHEN walls_before >= %(min_pages)s THEN walls_now::double precision / walls_before END AS walls_ratio
FROM sums
