-- One row per column that the network delivers for an ordinary page: how many ok pages came without it, tonight and
-- on the last whole night.
WITH tonight AS (
    SELECT
        field.column_name,
        count(*) AS pages_count,
        count(*) FILTER (WHERE field.fact = 'null')::double precision / count(*) AS missing_share
    FROM ops.publication_page AS page
    INNER JOIN staging.page_profile AS profile
        ON page.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
    CROSS JOIN jsonb_each(to_jsonb(profile)) AS field (column_name, fact)
    WHERE
        page.run_id = %(run_id)s AND page.snapshot_date = %(snapshot_date)s AND profile.outcome = 'ok'
        AND field.column_name = any(%(expected_columns)s::text [])
    GROUP BY field.column_name
),

last_night AS (
    SELECT
        field.column_name,
        count(*) FILTER (WHERE field.fact = 'null')::double precision / count(*) AS missing_share
    FROM history.page_day AS day
    INNER JOIN history.page_profile AS version
        ON
            day.page_id = version.page_id
            AND version.valid_from <= %(last_night)s::date AND version.valid_to > %(last_night)s::date
    CROSS JOIN jsonb_each(to_jsonb(version) || to_jsonb(day)) AS field (column_name, fact)
    WHERE
        day.snapshot_date = %(last_night)s::date AND day.platform = %(platform)s AND day.outcome = 'ok'
        AND field.column_name = any(%(expected_columns)s::text [])
    GROUP BY field.column_name
)

SELECT
    tonight.column_name,
    tonight.pages_count,
    CASE WHEN tonight.pages_count >= %(min_ok_pages)s THEN tonight.missing_share END AS missing_share,
    CASE
        WHEN
            tonight.pages_count >= %(min_ok_pages)s
            AND coalesce(last_night.missing_share, 0) <= %(mass_missing)s
            THEN tonight.missing_share
    END AS newly_missing_share
FROM tonight
LEFT JOIN last_night ON tonight.column_name = last_night.column_name
