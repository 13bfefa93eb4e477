SELECT
    t.fingerprint,
    t.platform,
    t.state,
    t.reason,
    t.usable_at,
    t.changed_at,
    u.told AS calls
FROM ops.token AS t
LEFT JOIN LATERAL (
    SELECT string_agg(m.method || ' ' || m.calls_count, ', ' ORDER BY m.method) AS told
    FROM (
        SELECT
            method,
            sum(calls_count) AS calls_count
        FROM ops.token_usage
        WHERE fingerprint = t.fingerprint AND booked_at > %(window_start)s
        GROUP BY method
    ) AS m
) AS u ON TRUE
ORDER BY t.platform, t.fingerprint
