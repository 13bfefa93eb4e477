-- Every table, view and column of the warehouse with its comment; partitions are their parents' business.
SELECT
    space.nspname AS schema_name,
    obj_description(space.oid, 'pg_namespace') AS schema_meaning,
    class.relname AS table_name,
    class.relkind = 'v' AS is_view,
    obj_description(class.oid, 'pg_class') AS table_meaning,
    attribute.attname AS column_name,
    format_type(attribute.atttypid, attribute.atttypmod) AS sql_type,
    NOT attribute.attnotnull AND class.relkind <> 'v' AS is_nullable,
    col_description(class.oid, attribute.attnum) AS column_meaning,
    coalesce(key.indisprimary, FALSE) AS is_key
FROM pg_class AS class
INNER JOIN pg_namespace AS space ON class.relnamespace = space.oid
INNER JOIN pg_attribute AS attribute ON class.oid = attribute.attrelid
LEFT JOIN pg_index AS key
    ON class.oid = key.indrelid AND key.indisprimary AND attribute.attnum = any(key.indkey)
WHERE
    class.relkind IN ('r', 'p', 'v') AND NOT class.relispartition
    AND attribute.attnum > 0 AND NOT attribute.attisdropped
    AND space.nspname = any(%(schemas)s)
ORDER BY
    array_position(%(schemas)s, space.nspname::text), class.relkind = 'v', class.relname, attribute.attnum
