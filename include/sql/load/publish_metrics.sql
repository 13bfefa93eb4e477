-- A row only where a value differs from the last one kept. A post of the window was first seen within it, so the last
-- row lies there too: the look-up does not grow with history.
INSERT INTO history.post_metric (
    page_id, post_id, snapshot_date, views_count, is_views_rounded, likes_count, comments_count, reposts_count
)
SELECT
    seen.page_id,
    seen.post_id,
    seen.snapshot_date,
    seen.views_count,
    seen.is_views_rounded,
    seen.likes_count,
    seen.comments_count,
    seen.reposts_count
FROM staging.post AS seen
INNER JOIN publication_page AS page ON seen.page_id = page.page_id
INNER JOIN staging.page_wall AS wall
    ON
        seen.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
        AND wall.posts_outcome IN ('measured', 'not_planned')
LEFT JOIN LATERAL (
    SELECT metric.*
    FROM history.post_metric AS metric
    WHERE
        metric.page_id = seen.page_id AND metric.post_id = seen.post_id
        AND metric.snapshot_date >= %(first_night)s AND metric.snapshot_date < %(snapshot_date)s
    ORDER BY metric.snapshot_date DESC
    LIMIT 1
) AS last ON TRUE
WHERE
    seen.snapshot_date = %(snapshot_date)s AND seen.published_at >= %(window_from)s
    AND (
        last.page_id IS NULL
        OR (seen.views_count, seen.is_views_rounded, seen.likes_count, seen.comments_count, seen.reposts_count)
        IS DISTINCT FROM (last.views_count, last.is_views_rounded, last.likes_count, last.comments_count, last.reposts_count)
    )
