INSERT INTO registry.platform (platform, name, page_url_prefix)
VALUES (%(platform)s, %(name)s, %(page_url_prefix)s)
ON CONFLICT (platform) DO UPDATE SET name = excluded.name, page_url_prefix = excluded.page_url_prefix
