INSERT INTO ops.night (snapshot_date, platform, opened_at)
VALUES (%(snapshot_date)s, %(platform)s, %(moment)s)
ON CONFLICT (snapshot_date, platform) DO NOTHING
