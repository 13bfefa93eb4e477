-- Fixed before the undo: which pages a partial run publishes depends on those that history has of the night.
CREATE TEMPORARY TABLE publication_page ON COMMIT DROP AS
SELECT page_id FROM ops.publication_page
WHERE run_id = %(run_id)s AND snapshot_date = %(snapshot_date)s;

ALTER TABLE publication_page ADD PRIMARY KEY (page_id);

ANALYZE publication_page
