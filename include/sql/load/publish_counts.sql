-- What the asset event and ops.crawl_run.counts carry.
SELECT
    (
        SELECT jsonb_object_agg(outcome, pages)
        FROM (
            SELECT outcome, count(*) AS pages FROM history.page_day
            WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
            GROUP BY outcome
        ) AS by_outcome
    ) AS pages_by_outcome,
    (
        SELECT jsonb_object_agg(posts_outcome, pages)
        FROM (
            SELECT posts_outcome, count(*) AS pages FROM history.page_day
            WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
            GROUP BY posts_outcome
        ) AS by_posts_outcome
    ) AS pages_by_posts_outcome,
    count(*) AS pages_count,
    count(*) FILTER (WHERE outcome <> 'failed')::double precision / nullif(count(*), 0) AS measured_share,
    count(*) FILTER (WHERE posts_outcome = 'measured')::double precision / nullif(count(*), 0) AS posts_measured_share,
    sum(members_count)::bigint AS members_count,
    sum(posts_30d_count)::bigint AS posts_30d_count
FROM history.page_day
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
