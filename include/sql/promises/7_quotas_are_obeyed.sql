-- No token made more calls of a method in any 24 hours than its quota; minutes are what is booked.
SELECT *
FROM (
    SELECT
        usage.fingerprint,
        usage.method,
        usage.booked_at,
        quota.calls_count AS quota,
        sum(usage.calls_count) OVER (
            PARTITION BY usage.fingerprint, usage.method ORDER BY usage.booked_at
            RANGE BETWEEN INTERVAL '23 hours 59 minutes' PRECEDING AND CURRENT ROW
        ) AS calls_in_24h
    FROM ops.token_usage AS usage
    INNER JOIN unnest(%(methods)s::text [], %(quotas)s::integer []) AS quota (method, calls_count)
        ON usage.method = quota.method
) AS rolling
WHERE calls_in_24h > quota
