-- A post is gone since the day on which its open absence began, and not gone without one.
SELECT post.page_id, post.post_id, post.gone_on, absence.gone_on AS absent_since
FROM history.post AS post
LEFT JOIN history.post_absence AS absence
    ON
        post.page_id = absence.page_id AND post.post_id = absence.post_id
        AND post.published_at = absence.published_at AND absence.back_on = 'infinity'
WHERE post.gone_on IS DISTINCT FROM absence.gone_on
