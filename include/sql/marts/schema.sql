CREATE SCHEMA mart;
COMMENT ON SCHEMA mart IS 'Views for analysts: stable names, every column explained';
GRANT USAGE ON SCHEMA mart TO gospub_loader, gospub_analyst;
ALTER DEFAULT PRIVILEGES IN SCHEMA mart GRANT SELECT ON TABLES TO gospub_loader, gospub_analyst
