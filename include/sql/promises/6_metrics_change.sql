-- A post's metrics are kept only when they differ from the ones kept before.
SELECT page_id, post_id, snapshot_date
FROM (
    SELECT
        page_id,
        post_id,
        snapshot_date,
        (views_count, is_views_rounded, likes_count, comments_count, reposts_count)::text AS told,
        lag((views_count, is_views_rounded, likes_count, comments_count, reposts_count)::text)
            OVER (PARTITION BY page_id, post_id ORDER BY snapshot_date) AS told_before
    FROM history.post_metric
) AS metric
WHERE told = told_before
