-- The night's staging partitions were filled minutes ago: without fresh statistics the planner takes them for nearly
-- empty and joins them row by row, which grows with the square of the night.
SELECT ops.analyze_table(format('staging.%%s_%%s', name, to_char(%(snapshot_date)s::date, 'YYYYMMDD'))::regclass)
FROM unnest(ARRAY['page_profile', 'page_wall', 'post']) AS name
