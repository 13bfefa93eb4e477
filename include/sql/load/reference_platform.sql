INSERT INTO registry.platform (platform, name, page_url_prefix, page_number_prefix)
VALUES (%(platform)s, %(name)s, %(page_url_prefix)s, coalesce(%(page_number_prefix)s, ''))
ON CONFLICT (platform) DO UPDATE SET
    name = excluded.name, page_url_prefix = excluded.page_url_prefix, page_number_prefix = excluded.page_number_prefix
