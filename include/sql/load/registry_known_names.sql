-- What each name stands for, as far as the networks have said.
SELECT a.platform, a.screen_name, p.native_id
FROM registry.page_alias AS a INNER JOIN registry.page AS p ON a.page_id = p.page_id
WHERE p.native_id IS NOT NULL
