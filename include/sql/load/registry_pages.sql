-- Give incoming pages their keys: by the network's id, else by a name that stands for a page already.
INSERT INTO registry.page (platform, native_id, screen_name, resolution, first_seen_on)
SELECT i.platform, i.native_id, i.screen_name, 'given' AS resolution, %(today)s AS first_seen_on FROM incoming_page AS i
WHERE i.native_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM registry.page AS p WHERE p.platform = i.platform AND p.native_id = i.native_id
)
ORDER BY i.place;

INSERT INTO registry.page (platform, screen_name, first_seen_on)
SELECT i.platform, i.screen_name, %(today)s FROM incoming_page AS i
WHERE i.native_id IS NULL AND NOT EXISTS (
    SELECT FROM registry.page_alias AS a WHERE a.platform = i.platform AND a.screen_name = i.screen_name
)
ORDER BY i.place;

UPDATE incoming_page AS i SET page_id = p.page_id
FROM registry.page AS p
WHERE i.native_id IS NOT NULL AND p.platform = i.platform AND p.native_id = i.native_id;

UPDATE incoming_page AS i SET page_id = coalesce(
    (
        SELECT a.page_id FROM registry.page_alias AS a
        WHERE a.platform = i.platform AND a.screen_name = i.screen_name
    ),
    (
        SELECT p.page_id FROM registry.page AS p
        WHERE p.platform = i.platform AND p.screen_name = i.screen_name AND p.native_id IS NULL
    )
)
WHERE i.native_id IS NULL;

-- The file gives an id beside the name: the name has passed to that page.
UPDATE registry.page_alias AS a SET page_id = i.page_id
FROM incoming_page AS i
WHERE a.platform = i.platform AND a.screen_name = i.screen_name AND a.page_id <> i.page_id;
