UPDATE ops.token SET
    state = 'live',
    reason = NULL,
    usable_at = NULL,
    paused_methods = '{}',
    has_execute = NULL,
    changed_at = %(moment)s
WHERE fingerprint = %(fingerprint)s
