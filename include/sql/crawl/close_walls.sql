-- Walls that were never answered: the page's own outcome decides, then whether its posts were to be asked at all, else
-- the given one and its reason.
WITH closed AS (
    UPDATE ops.crawl_plan AS p SET posts_done_at = %(moment)s
    FROM ops.run_page AS r
    WHERE
        r.run_id = %(run_id)s AND (%(shard_no)s::integer IS NULL OR r.shard_no = %(shard_no)s)
        AND p.snapshot_date = %(snapshot_date)s AND p.page_id = r.page_id AND p.posts_done_at IS NULL
    RETURNING p.page_id, p.platform, p.is_posts_planned
),

kept AS (
    INSERT INTO staging.page_wall (snapshot_date, page_id, platform, posts_outcome, reason, observed_at, asked_since)
    SELECT
        %(snapshot_date)s,
        c.page_id,
        c.platform,
        CASE
            WHEN s.outcome IN ('banned', 'deleted', 'not_found') THEN 'page_gone'
            WHEN s.outcome IN ('closed', 'no_access') THEN 'wall_closed'
            WHEN s.outcome = 'failed' THEN 'failed'
            WHEN NOT c.is_posts_planned THEN 'not_planned'
            ELSE %(posts_outcome)s
        END::ops.posts_outcome,
        CASE WHEN s.outcome <> 'ok' THEN s.reason WHEN c.is_posts_planned THEN %(reason)s END,
        %(moment)s,
        %(asked_since)s
    FROM closed AS c
    LEFT JOIN staging.page_profile AS s ON s.snapshot_date = %(snapshot_date)s AND s.page_id = c.page_id
    ON CONFLICT (snapshot_date, page_id) DO UPDATE SET
        posts_outcome = excluded.posts_outcome, reason = excluded.reason,
        observed_at = excluded.observed_at, asked_since = excluded.asked_since
    WHERE page_wall.posts_outcome IN ('failed', 'not_planned') -- an earlier good answer of the same night stays
)

SELECT count(*) AS pages_count FROM closed
