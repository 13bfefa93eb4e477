SELECT has_table_privilege(%(table_name)s, 'MAINTAIN') AS may_maintain
