-- What the gate found when it judged this run at this revision of staging; no row = it has not.
SELECT bool_and(is_passed OR severity <> 'critical') AS is_good
FROM ops.quality_result
WHERE
    snapshot_date = %(snapshot_date)s AND platform = %(platform)s
    AND run_id = %(run_id)s AND staging_revision = %(staging_revision)s
HAVING count(*) > 0
