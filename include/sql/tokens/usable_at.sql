-- When each of these tokens can call a method again: its cool-down over, its pause over, its quota partly free.
SELECT
    t.fingerprint,
    greatest(
        'epoch'::timestamptz,
        CASE WHEN t.state <> 'live' THEN t.usable_at END,
        (t.paused_methods ->> %(method)s)::timestamptz,
        CASE WHEN u.calls_count + %(calls)s > %(quota)s THEN u.oldest + %(window)s END
    ) AS usable_at
FROM ops.token AS t
LEFT JOIN (
    SELECT
        fingerprint,
        sum(calls_count) AS calls_count,
        min(booked_at) AS oldest
    FROM ops.token_usage
    WHERE method = %(method)s AND booked_at > %(window_start)s
    GROUP BY fingerprint
) AS u ON t.fingerprint = u.fingerprint
WHERE t.fingerprint = any(%(fingerprints)s) AND (t.state = 'live' OR t.usable_at IS NOT NULL)
