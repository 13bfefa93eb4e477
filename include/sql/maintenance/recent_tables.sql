-- Tables that the last nights wrote to: partitions that reach into the last two months, and small unpartitioned ones.
WITH parent AS (
    SELECT unnest(
        ARRAY[
            'staging.page_profile', 'staging.page_wall', 'staging.post',
            'history.page_day', 'history.post', 'history.post_metric', 'ops.crawl_plan'
        ]
    )::regclass AS oid
),

partition AS (
    SELECT
        child.oid,
        (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'FROM \(''([0-9-]{10})'))[1]::date AS lower_bound,
        (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \(''([0-9-]{10})'))[1]::date AS upper_bound
    FROM parent
    INNER JOIN pg_inherits AS link ON parent.oid = link.inhparent
    INNER JOIN pg_class AS child ON link.inhrelid = child.oid
)

SELECT oid::regclass::text AS table_name
FROM partition
WHERE lower_bound <= %(today)s AND upper_bound > %(today)s::date - 62
UNION ALL
SELECT unnest(
    ARRAY[
        'history.page_profile', 'history.post_absence', 'ops.night', 'ops.crawl_run', 'ops.token', 'ops.token_usage',
        'ops.quality_result', 'ops.rejected', 'rating.page_criterion', 'rating.organisation_criterion', 'registry.page', 'registry.organisation_version'
    ]
) AS table_name
ORDER BY table_name
