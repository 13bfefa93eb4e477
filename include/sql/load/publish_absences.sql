-- Gone: the wall was measured, the post's time was asked for, and it is not there. What was not asked for is not gone.
WITH gone AS (
    INSERT INTO history.post_absence (page_id, post_id, published_at, gone_on)
    SELECT
        known.page_id,
        known.post_id,
        known.published_at,
        %(snapshot_date)s
    FROM history.post AS known
    INNER JOIN publication_page AS page ON known.page_id = page.page_id
    INNER JOIN staging.page_wall AS wall
        ON
            known.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
            AND wall.posts_outcome = 'measured' AND known.published_at >= wall.asked_since
    WHERE
        known.gone_on IS NULL
        AND known.published_at >= %(window_from)s AND known.published_at < %(night_to)s
        AND NOT EXISTS (
            SELECT FROM staging.post AS seen
            WHERE
                seen.snapshot_date = %(snapshot_date)s
                AND seen.page_id = known.page_id AND seen.post_id = known.post_id
        )
    RETURNING page_id, post_id, published_at
)

UPDATE history.post SET gone_on = %(snapshot_date)s
FROM gone
WHERE
    post.page_id = gone.page_id AND post.post_id = gone.post_id AND post.published_at = gone.published_at
    AND post.published_at >= %(window_from)s AND post.published_at < %(night_to)s;

WITH returned AS (
    UPDATE history.post_absence AS absence SET back_on = %(snapshot_date)s
    FROM staging.post AS seen
    INNER JOIN publication_page AS page ON seen.page_id = page.page_id
    INNER JOIN staging.page_wall AS wall
        ON
            seen.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
            AND wall.posts_outcome = 'measured'
    WHERE
        absence.back_on = 'infinity' AND absence.published_at >= %(window_from)s
        AND absence.gone_on < %(snapshot_date)s
        AND seen.snapshot_date = %(snapshot_date)s
        AND seen.page_id = absence.page_id AND seen.post_id = absence.post_id
    RETURNING absence.page_id, absence.post_id, absence.published_at
)

UPDATE history.post SET gone_on = NULL
FROM returned
WHERE
    post.page_id = returned.page_id AND post.post_id = returned.post_id
    AND post.published_at = returned.published_at
    AND post.published_at >= %(window_from)s AND post.published_at < %(night_to)s
