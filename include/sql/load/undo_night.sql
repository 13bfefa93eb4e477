-- Takes back what the night (snapshot_date, platform) did to history, newest effects only: the caller has made sure
-- that no later night of the network is published. Posts first seen that night lie in its window, which prunes.
DELETE FROM history.page_day
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s;

DELETE FROM history.page_profile
WHERE valid_from = %(snapshot_date)s AND platform = %(platform)s;

UPDATE history.page_profile SET valid_to = 'infinity'
WHERE valid_to = %(snapshot_date)s AND platform = %(platform)s;

WITH begun AS (
    DELETE FROM history.post_absence AS absence
    USING registry.page
    WHERE page.page_id = absence.page_id AND page.platform = %(platform)s AND absence.gone_on = %(snapshot_date)s
    RETURNING absence.page_id, absence.post_id, absence.published_at
)

UPDATE history.post SET gone_on = NULL
FROM begun
WHERE
    post.page_id = begun.page_id AND post.post_id = begun.post_id AND post.published_at = begun.published_at
    AND post.published_at >= %(window_from)s;

WITH ended AS (
    UPDATE history.post_absence AS absence SET back_on = 'infinity'
    FROM registry.page
    WHERE page.page_id = absence.page_id AND page.platform = %(platform)s AND absence.back_on = %(snapshot_date)s
    RETURNING absence.page_id, absence.post_id, absence.published_at, absence.gone_on
)

UPDATE history.post SET gone_on = ended.gone_on
FROM ended
WHERE
    post.page_id = ended.page_id AND post.post_id = ended.post_id AND post.published_at = ended.published_at
    AND post.published_at >= %(window_from)s;

DELETE FROM history.post
USING registry.page
WHERE
    page.page_id = post.page_id AND page.platform = %(platform)s
    AND post.first_seen_on = %(snapshot_date)s AND post.published_at >= %(window_from)s;

DELETE FROM history.post_metric
USING registry.page
WHERE
    page.page_id = post_metric.page_id AND page.platform = %(platform)s
    AND post_metric.snapshot_date = %(snapshot_date)s
