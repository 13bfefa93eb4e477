-- Each page of a whole published night's plan has its row in history.page_day, and no page that was not planned has.
SELECT plan.snapshot_date, plan.platform, plan.page_id, 'planned, not published' AS trouble
FROM ops.crawl_plan AS plan
INNER JOIN ops.night AS night
    ON plan.snapshot_date = night.snapshot_date AND plan.platform = night.platform AND night.is_published_whole
LEFT JOIN history.page_day AS day
    ON plan.snapshot_date = day.snapshot_date AND plan.page_id = day.page_id
WHERE day.page_id IS NULL
UNION ALL
SELECT day.snapshot_date, day.platform, day.page_id, 'published, not planned' AS trouble
FROM history.page_day AS day
LEFT JOIN ops.crawl_plan AS plan
    ON day.snapshot_date = plan.snapshot_date AND day.page_id = plan.page_id
WHERE
    plan.page_id IS NULL
    AND EXISTS (
        SELECT FROM ops.crawl_plan AS kept
        WHERE kept.snapshot_date = day.snapshot_date AND kept.platform = day.platform
    )
