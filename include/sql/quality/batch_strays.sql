-- Staged rows of the network whose page the night has not planned.
SELECT staged.page_id, staged.found_in
FROM (
    SELECT page_id, 'page_profile' AS found_in FROM staging.page_profile
    WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    UNION ALL
    SELECT page_id, 'page_wall' AS found_in FROM staging.page_wall
    WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    UNION ALL
    SELECT post.page_id, 'post' AS found_in
    FROM staging.post AS post
    INNER JOIN registry.page AS page ON post.page_id = page.page_id
    WHERE post.snapshot_date = %(snapshot_date)s AND page.platform = %(platform)s
) AS staged
WHERE
    NOT EXISTS (
        SELECT FROM ops.crawl_plan AS plan
        WHERE plan.snapshot_date = %(snapshot_date)s AND plan.page_id = staged.page_id
    )
