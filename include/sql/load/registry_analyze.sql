-- The first night is planned minutes after the first import: autovacuum would come too late to tell the planner of it.
-- A server before PostgreSQL 17 does not let the loader: it skips the tables with a warning.
ANALYZE registry.organisation, registry.organisation_version, registry.page, registry.page_alias, registry.page_assignment
