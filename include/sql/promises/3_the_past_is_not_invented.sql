-- Whatever the network answered, it answered within the night's date in Moscow.
SELECT snapshot_date, platform, page_id, observed_at
FROM history.page_day
WHERE outcome <> 'failed' AND (observed_at AT TIME ZONE 'Europe/Moscow')::date <> snapshot_date
