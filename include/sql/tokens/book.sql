WITH paced AS (
    UPDATE ops.token SET next_call_at = %(next_call_at)s WHERE fingerprint = %(fingerprint)s
)

INSERT INTO ops.token_usage (fingerprint, method, booked_at, calls_count)
SELECT
    %(fingerprint)s,
    cost.method,
    date_trunc('minute', %(moment)s::timestamptz),
    cost.calls_count
FROM unnest(%(methods)s::text [], %(calls)s::integer []) AS cost (method, calls_count)
ON CONFLICT (fingerprint, method, booked_at) DO UPDATE
SET calls_count = token_usage.calls_count + excluded.calls_count
