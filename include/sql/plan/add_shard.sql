INSERT INTO ops.shard (snapshot_date, platform, shard_no, title, region_codes, pages_count)
VALUES (%(snapshot_date)s, %(platform)s, %(shard_no)s, %(title)s, %(region_codes)s, %(pages_count)s)
