INSERT INTO registry.import (
    imported_at, source_name, source_sha256, scope_region_code, rows_count, rejected_count, changes, is_forced
) VALUES (
    %(imported_at)s, %(source_name)s, %(source_sha256)s, %(scope)s, %(rows_count)s, %(rejected_count)s, %(changes)s,
    %(is_forced)s
)
