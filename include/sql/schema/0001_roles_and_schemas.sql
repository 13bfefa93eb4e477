-- migrate:up
-- Roles belong to the cluster, not to the database: another gospub database on the same server may have made them already.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['gospub_owner', 'gospub_loader', 'gospub_analyst'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role_name);
        END IF;
    END LOOP;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database's migration made it at the same moment
END
$$;
COMMENT ON ROLE gospub_owner IS 'Owns every gospub schema; used by migrations alone';
COMMENT ON ROLE gospub_loader IS 'The DAGs and commands: reads and writes rows, changes no structure';
COMMENT ON ROLE gospub_analyst IS 'Reads history, rating, alerts, mart, registry and the collection bookkeeping';

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM public', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO gospub_loader, gospub_analyst', current_database());
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO gospub_owner', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gospub_loader, gospub_analyst', current_database());
END
$$;

CREATE SCHEMA registry AUTHORIZATION gospub_owner;
CREATE SCHEMA staging AUTHORIZATION gospub_owner;
CREATE SCHEMA history AUTHORIZATION gospub_owner;
CREATE SCHEMA ops AUTHORIZATION gospub_owner;
CREATE SCHEMA rating AUTHORIZATION gospub_owner;
CREATE SCHEMA alerts AUTHORIZATION gospub_owner;
CREATE SCHEMA mart AUTHORIZATION gospub_owner;

COMMENT ON SCHEMA registry IS 'Who is obliged to keep official pages, and which pages they are, with validity intervals';
COMMENT ON SCHEMA staging IS 'Landing tables of the last nights: what the networks answered, before any check';
COMMENT ON SCHEMA history IS 'Published nights, kept for ever: only what passed the gate';
COMMENT ON SCHEMA ops IS 'Bookkeeping of the nights: runs, plans, tokens and quotas, quality results, rejected input';
COMMENT ON SCHEMA rating IS 'Rating methods and their results by date, method and revision';
COMMENT ON SCHEMA alerts IS 'What broke, since when, who was told';
COMMENT ON SCHEMA mart IS 'Views for analysts: stable names, every column explained';

GRANT USAGE ON SCHEMA registry, staging, history, ops, rating, alerts, mart TO gospub_loader;
GRANT USAGE ON SCHEMA registry, history, ops, rating, alerts, mart TO gospub_analyst;

ALTER DEFAULT PRIVILEGES FOR ROLE gospub_owner IN SCHEMA registry, staging, history, ops, rating, alerts
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gospub_loader;
ALTER DEFAULT PRIVILEGES FOR ROLE gospub_owner IN SCHEMA mart
GRANT SELECT ON TABLES TO gospub_loader;
ALTER DEFAULT PRIVILEGES FOR ROLE gospub_owner IN SCHEMA registry, history, ops, rating, alerts, mart
GRANT SELECT ON TABLES TO gospub_analyst;
ALTER DEFAULT PRIVILEGES FOR ROLE gospub_owner
REVOKE EXECUTE ON FUNCTIONS FROM public;

-- migrate:down
