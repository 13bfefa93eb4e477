-- The mark of an ok page is the same in the night's row and in the profile that held that night: unknown included.
SELECT day.snapshot_date, day.platform, day.page_id, day.has_mark AS mark_that_night, version.has_mark AS mark_in_profile
FROM history.page_day AS day
LEFT JOIN history.page_profile AS version
    ON
        day.page_id = version.page_id
        AND version.valid_from <= day.snapshot_date AND version.valid_to > day.snapshot_date
WHERE day.outcome = 'ok' AND (version.page_id IS NULL OR day.has_mark IS DISTINCT FROM version.has_mark)
