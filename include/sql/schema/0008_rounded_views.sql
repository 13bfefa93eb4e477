-- migrate:up
SET LOCAL ROLE gospub_owner;

ALTER TABLE staging.post ADD COLUMN is_views_rounded boolean;
ALTER TABLE history.post_metric ADD COLUMN is_views_rounded boolean;

RESET ROLE;

-- migrate:down
