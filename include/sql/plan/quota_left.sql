-- Calls of a method that the usable tokens may still make before a moment: bookings older than it less 24 h are free then.
SELECT
    coalesce(sum(greatest(0, %(quota)s - coalesce(u.calls_count, 0))), 0)::integer AS calls_count
FROM unnest(%(fingerprints)s::text []) AS f (fingerprint)
LEFT JOIN ops.token AS t ON f.fingerprint = t.fingerprint
LEFT JOIN (
    SELECT
        fingerprint,
        sum(calls_count) AS calls_count
    FROM ops.token_usage
    WHERE method = %(method)s AND booked_at > %(frees_by)s
    GROUP BY fingerprint
) AS u ON f.fingerprint = u.fingerprint
WHERE t.fingerprint IS NULL OR t.state = 'live' OR t.usable_at <= %(moment)s
