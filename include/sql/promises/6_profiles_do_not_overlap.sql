SELECT page_id, valid_from, valid_to, next_from, 'a version overlaps the next one' AS trouble
FROM (
    SELECT page_id, valid_from, valid_to, lead(valid_from) OVER (PARTITION BY page_id ORDER BY valid_from) AS next_from
    FROM history.page_profile
) AS version
WHERE next_from < valid_to
