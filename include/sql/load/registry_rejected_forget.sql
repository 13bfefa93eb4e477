DELETE FROM ops.rejected
WHERE source = 'registry' AND source_name = %(source_name)s
