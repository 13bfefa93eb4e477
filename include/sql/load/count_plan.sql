SELECT
    (
        SELECT count(*) FROM ops.crawl_plan
        WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    ) AS planned,
    (SELECT count(*) FROM publication_page) AS wanted
