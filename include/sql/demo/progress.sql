-- How much of a night's plan has been asked so far.
SELECT
    count(*) AS pages_count,
    count(profile_done_at) AS profiles_done_count,
    count(*) FILTER (WHERE is_posts_planned) AS walls_count,
    count(posts_done_at) FILTER (WHERE is_posts_planned) AS walls_done_count
FROM ops.crawl_plan
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
