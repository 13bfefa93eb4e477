-- Calls booked within the night's date, by token and method.
SELECT
    token.fingerprint,
    token.state,
    token.reason,
    usage.method,
    coalesce(sum(usage.calls_count), 0) AS calls_count
FROM ops.token AS token
LEFT JOIN ops.token_usage AS usage
    ON
        token.fingerprint = usage.fingerprint
        AND usage.booked_at >= %(night_from)s AND usage.booked_at < %(night_to)s
WHERE token.platform = %(platform)s
GROUP BY token.fingerprint, usage.method
ORDER BY token.fingerprint, usage.method
