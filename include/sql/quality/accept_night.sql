UPDATE ops.night SET
    accepted_revision = staging_revision, accepted_by = %(who)s, accepted_reason = %(reason)s
WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s
