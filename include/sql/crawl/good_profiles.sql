SELECT page_id FROM staging.page_profile
WHERE snapshot_date = %(snapshot_date)s AND page_id = any(%(page_ids)s) AND outcome <> 'failed'
