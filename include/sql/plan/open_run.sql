INSERT INTO ops.crawl_run (snapshot_date, platform, label, scope, is_partial, state, started_at)
VALUES (%(snapshot_date)s, %(platform)s, %(label)s, %(scope)s::jsonb, %(is_partial)s, 'crawling', %(moment)s)
ON CONFLICT (snapshot_date, platform, label) DO UPDATE SET state = 'crawling'
RETURNING run_id
