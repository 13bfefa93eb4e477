-- The night's staging partitions were filled minutes ago: without fresh statistics the planner takes them for nearly
-- empty and joins them row by row, which grows with the square of the night. Partitions that retention has dropped are
-- passed over: whoever reads them says so.
SELECT ops.analyze_table(partition)
FROM
    unnest(ARRAY['page_profile', 'page_wall', 'post']) AS name,
    to_regclass(format('staging.%%s_%%s', name, to_char(%(snapshot_date)s::date, 'YYYYMMDD'))) AS partition
WHERE partition IS NOT NULL
