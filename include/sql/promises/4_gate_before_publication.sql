-- What was published had been judged, and had passed or was accepted.
SELECT night.snapshot_date, night.platform, night.published_revision
FROM ops.night AS night
LEFT JOIN ops.quality_result AS result
    ON
        night.snapshot_date = result.snapshot_date AND night.platform = result.platform
        AND night.published_revision = result.staging_revision AND night.published_run_id = result.run_id
WHERE night.published_revision IS NOT NULL
GROUP BY night.snapshot_date, night.platform
HAVING
    count(result.result_id) = 0
    OR (
        bool_or(NOT result.is_passed AND result.severity = 'critical')
        AND night.published_revision IS DISTINCT FROM night.accepted_revision
    )
