UPDATE ops.token SET
    paused_methods = paused_methods || jsonb_build_object(%(method)s::text, %(until)s::timestamptz),
    reason = %(reason)s,
    changed_at = %(moment)s
WHERE fingerprint = %(fingerprint)s
