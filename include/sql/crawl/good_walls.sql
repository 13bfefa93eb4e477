SELECT page_id FROM staging.page_wall
WHERE
    snapshot_date = %(snapshot_date)s AND page_id = any(%(page_ids)s)
    AND posts_outcome NOT IN ('failed', 'not_planned')
