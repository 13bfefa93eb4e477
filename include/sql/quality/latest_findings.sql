-- The results of the last judgement of a night.
WITH latest AS (
    SELECT run_id, staging_revision
    FROM ops.quality_result
    WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    ORDER BY checked_at DESC, result_id DESC
    LIMIT 1
)

SELECT result.*
FROM ops.quality_result AS result
INNER JOIN latest ON result.run_id = latest.run_id AND result.staging_revision = latest.staging_revision
WHERE result.snapshot_date = %(snapshot_date)s AND result.platform = %(platform)s
ORDER BY result.is_passed, result.severity, result.result_id
