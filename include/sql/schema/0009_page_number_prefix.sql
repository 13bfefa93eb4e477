-- migrate:up
SET LOCAL ROLE gospub_owner;

ALTER TABLE registry.platform ADD COLUMN page_number_prefix text NOT NULL DEFAULT '';
COMMENT ON COLUMN registry.platform.page_number_prefix IS 'What stands before the network''s own id in a public link, after page_url_prefix';
UPDATE registry.platform SET page_number_prefix = 'club' WHERE platform = 'vk';
UPDATE registry.platform SET page_number_prefix = 'group/' WHERE platform = 'ok';
COMMENT ON COLUMN registry.page.native_id IS 'The network''s own id: digits in VK (without minus) and OK, the link''s name in Telegram and MAX; NULL until a name is resolved';

RESET ROLE;

-- migrate:down
