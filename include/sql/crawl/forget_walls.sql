WITH posts AS (
    DELETE FROM staging.post WHERE snapshot_date = %(snapshot_date)s AND page_id = any(%(page_ids)s)
)

DELETE FROM staging.page_wall WHERE snapshot_date = %(snapshot_date)s AND page_id = any(%(page_ids)s)
