UPDATE ops.token SET
    state = %(state)s,
    reason = %(reason)s,
    usable_at = %(usable_at)s,
    changed_at = %(moment)s
WHERE fingerprint = %(fingerprint)s
