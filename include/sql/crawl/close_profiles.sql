-- What was never answered ends as failed: our failure, no fact about the page.
WITH closed AS (
    UPDATE ops.crawl_plan AS p SET profile_done_at = %(moment)s
    FROM ops.run_page AS r
    WHERE
        r.run_id = %(run_id)s AND (%(shard_no)s::integer IS NULL OR r.shard_no = %(shard_no)s)
        AND p.snapshot_date = %(snapshot_date)s AND p.page_id = r.page_id AND p.profile_done_at IS NULL
    RETURNING p.page_id, p.platform
),

kept AS (
    INSERT INTO staging.page_profile (snapshot_date, page_id, platform, outcome, reason, observed_at)
    SELECT %(snapshot_date)s, page_id, platform, 'failed', %(reason)s, %(moment)s FROM closed
    ON CONFLICT (snapshot_date, page_id) DO UPDATE
    SET outcome = excluded.outcome, reason = excluded.reason, observed_at = excluded.observed_at
    WHERE page_profile.outcome = 'failed' -- an earlier good answer of the same night stays
)

SELECT count(*) AS pages_count FROM closed
