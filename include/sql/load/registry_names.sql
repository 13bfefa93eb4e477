-- Names that a registry file uses for the first time.
INSERT INTO registry.page_alias (platform, screen_name, page_id)
SELECT i.platform, i.screen_name, i.page_id FROM incoming_page AS i
WHERE i.screen_name IS NOT NULL
ON CONFLICT (platform, screen_name) DO NOTHING
