-- What a published night was the first to show, page by page: another name or address, a mark, a page gone or back.
WITH turned AS (
    SELECT
        new.page_id,
        new.name,
        new.screen_name,
        old.name AS old_name,
        old.screen_name AS old_screen_name,
        new.has_mark,
        old.has_mark AS had_mark
    FROM history.page_profile AS new
    INNER JOIN history.page_profile AS old ON new.page_id = old.page_id AND old.valid_to = new.valid_from
    WHERE new.valid_from = %(snapshot_date)s AND new.platform = %(platform)s
),

state AS (
    SELECT
        today.page_id,
        today.outcome,
        before.outcome AS old_outcome,
        p.name
    FROM history.page_day AS today
    INNER JOIN LATERAL (
        SELECT d.outcome
        FROM history.page_day AS d
        WHERE
            d.page_id = today.page_id AND d.snapshot_date < %(snapshot_date)s
            AND d.snapshot_date >= %(snapshot_date)s::date - 7 AND d.outcome <> 'failed'
        ORDER BY d.snapshot_date DESC
        LIMIT 1
    ) AS before ON TRUE
    LEFT JOIN history.page_profile AS p ON today.page_id = p.page_id AND p.valid_to = 'infinity'
    WHERE
        today.snapshot_date = %(snapshot_date)s AND today.platform = %(platform)s
        AND today.outcome <> 'failed' AND today.outcome <> before.outcome
)

SELECT
    'renamed' AS kind,
    name,
    old_name || ' (' || old_screen_name || ') -> ' || name || ' (' || screen_name || ')' AS told
FROM turned
WHERE (name, screen_name) IS DISTINCT FROM (old_name, old_screen_name)
UNION ALL
SELECT
    CASE WHEN has_mark THEN 'mark gained' ELSE 'mark lost' END AS kind,
    name,
    name AS told
FROM turned
WHERE has_mark <> had_mark
UNION ALL
SELECT
    'now ' || outcome AS kind,
    name,
    coalesce(name, 'page ' || page_id) || ' (was ' || old_outcome || ')' AS told
FROM state
ORDER BY kind, name
