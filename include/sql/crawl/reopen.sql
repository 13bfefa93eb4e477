-- Open again what a run should ask again: what failed before this attempt, or with `again` all that was done before the run.
WITH reopened AS (
    UPDATE ops.crawl_plan AS p SET
        profile_done_at = CASE WHEN s.outcome = 'failed' OR %(again)s THEN NULL ELSE p.profile_done_at END,
        posts_done_at = CASE
            WHEN s.outcome = 'failed' OR w.posts_outcome = 'failed' OR %(again)s
                OR (w.posts_outcome = 'not_planned' AND p.is_posts_planned)
                THEN NULL
            ELSE p.posts_done_at
        END
    FROM ops.run_page AS r, staging.page_profile AS s, staging.page_wall AS w
    WHERE
        r.run_id = %(run_id)s AND r.shard_no = %(shard_no)s
        AND p.snapshot_date = %(snapshot_date)s AND p.page_id = r.page_id
        AND s.snapshot_date = %(snapshot_date)s AND s.page_id = r.page_id
        AND w.snapshot_date = %(snapshot_date)s AND w.page_id = r.page_id
        AND p.profile_done_at < %(before)s AND p.posts_done_at < %(before)s
        AND (
            s.outcome = 'failed' OR w.posts_outcome = 'failed'
            OR (w.posts_outcome = 'not_planned' AND p.is_posts_planned) OR %(again)s
        )
    RETURNING p.page_id
)

SELECT count(*) AS pages_count FROM reopened
