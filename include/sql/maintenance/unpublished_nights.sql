-- Nights whose staging is dropped now although they were never published: they are lost.
SELECT platform || ' ' || snapshot_date AS night
FROM ops.night
WHERE snapshot_date < %(before)s AND snapshot_date >= %(before)s::date - 7 AND published_revision IS NULL
ORDER BY snapshot_date, platform
