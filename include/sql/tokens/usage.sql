SELECT
    method,
    sum(calls_count)::integer AS used_count
FROM ops.token_usage
WHERE fingerprint = %(fingerprint)s AND booked_at > %(window_start)s
GROUP BY method
