SELECT row_no, column_name, value, reason FROM ops.rejected
WHERE source = 'registry' AND source_name = %(source_name)s
ORDER BY rejected_id
