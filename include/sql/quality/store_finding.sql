INSERT INTO ops.quality_result (
    run_id, snapshot_date, platform, staging_revision, expectation, meaning, severity,
    is_passed, observed, bound, unexpected_count, sample, checked_at
) VALUES (
    %(run_id)s, %(snapshot_date)s, %(platform)s, %(staging_revision)s, %(expectation)s, %(meaning)s, %(severity)s,
    %(is_passed)s, %(observed)s, %(bound)s, %(unexpected_count)s, %(sample)s, %(checked_at)s
)
