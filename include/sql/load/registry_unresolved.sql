-- Names of current pages that no id is known for, those never asked first, then those asked longest ago.
SELECT n.screen_name
FROM registry.page AS p
INNER JOIN registry.page_alias AS n ON p.page_id = n.page_id
INNER JOIN registry.page_assignment AS a ON p.page_id = a.page_id AND a.valid_to = 'infinity'
WHERE p.platform = %(platform)s AND p.native_id IS NULL
ORDER BY p.resolved_at NULLS FIRST, p.page_id, n.screen_name
