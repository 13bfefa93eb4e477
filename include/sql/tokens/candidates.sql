-- Tokens that may be used now, those that may call execute and have the most quota of a method left first.
SELECT
    t.fingerprint,
    t.next_call_at,
    t.has_execute,
    t.paused_methods,
    coalesce(u.calls_count, 0)::integer AS used_count
FROM ops.token AS t
LEFT JOIN (
    SELECT
        fingerprint,
        sum(calls_count) AS calls_count
    FROM ops.token_usage
    WHERE method = %(method)s AND booked_at > %(window_start)s
    GROUP BY fingerprint
) AS u ON t.fingerprint = u.fingerprint
WHERE
    t.fingerprint = any(%(fingerprints)s)
    AND (t.state = 'live' OR t.usable_at <= %(moment)s)
    AND coalesce((t.paused_methods ->> %(method)s)::timestamptz, '-infinity') <= %(moment)s
ORDER BY t.has_execute IS FALSE, used_count, t.fingerprint
