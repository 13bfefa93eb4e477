UPDATE ops.crawl_plan SET profile_done_at = %(moment)s
WHERE snapshot_date = %(snapshot_date)s AND page_id = any(%(page_ids)s) AND profile_done_at IS NULL
