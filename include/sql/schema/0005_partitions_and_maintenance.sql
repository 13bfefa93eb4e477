-- migrate:up
SET LOCAL ROLE gospub_owner;

-- The loader may not change structure: partitions come from these functions, which run with the owner's rights.
CREATE FUNCTION ops.ensure_partition(parent regclass, suffix text, lower_bound date, upper_bound date) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    parent_schema text;
    parent_name text;
    child_name text;
BEGIN
    SELECT n.nspname, c.relname INTO STRICT parent_schema, parent_name
    FROM pg_class AS c INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = parent;
    child_name := parent_name || '_' || suffix;
    IF to_regclass(format('%I.%I', parent_schema, child_name)) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('gospub partitions'));
    IF to_regclass(format('%I.%I', parent_schema, child_name)) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- ATTACH lets readers of the parent go on, which CREATE ... PARTITION OF does not.
    EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        parent_schema, child_name, parent);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
        parent, parent_schema, child_name, lower_bound, upper_bound);
    EXECUTE format('COMMENT ON TABLE %I.%I IS %L', parent_schema, child_name, 'Partition of ' || parent || ' from ' || lower_bound);
    RETURN true;
END
$$;
COMMENT ON FUNCTION ops.ensure_partition IS 'Makes one partition unless it is there; true when it was made';

CREATE FUNCTION ops.ensure_partitions(night date, months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made integer := 0;
    first_month date := date_trunc('month', night::timestamp - interval '62 days')::date;
    last_month date := date_trunc('month', night::timestamp + make_interval(months => months_ahead))::date;
    month date;
    parent text;
BEGIN
    SET LOCAL timezone = 'UTC';
    FOREACH parent IN ARRAY ARRAY['staging.page_profile', 'staging.page_wall', 'staging.post'] LOOP
        made := made + ops.ensure_partition(parent::regclass, to_char(night, 'YYYYMMDD'), night, night + 1)::integer;
    END LOOP;
    FOR month IN SELECT generate_series(first_month, last_month, interval '1 month')::date LOOP
        FOREACH parent IN ARRAY ARRAY['history.page_day', 'history.post', 'history.post_metric', 'ops.crawl_plan'] LOOP
            made := made + ops.ensure_partition(
                parent::regclass, to_char(month, 'YYYYMM'), month, (month + interval '1 month')::date
            )::integer;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION ops.ensure_partitions IS 'Staging partitions for a night and monthly partitions from two months before it to some months ahead; returns how many were made';

CREATE FUNCTION ops.drop_partitions(parent_name text, before date) RETURNS text []
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    dropped text[] := '{}';
    child record;
BEGIN
    IF parent_name NOT IN ('staging.page_profile', 'staging.page_wall', 'staging.post', 'history.post_metric', 'history.post', 'ops.crawl_plan') THEN
        RAISE EXCEPTION 'partitions of % are kept for ever', parent_name;
    END IF;
    FOR child IN
        SELECT i.inhrelid::regclass::text AS name,
            (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([0-9-]{10})'))[1]::date AS upper_bound
        FROM pg_inherits AS i INNER JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = parent_name::regclass
    LOOP
        IF child.upper_bound <= before THEN
            EXECUTE 'DROP TABLE ' || child.name;
            dropped := dropped || child.name;
        END IF;
    END LOOP;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION ops.drop_partitions IS 'Drops the partitions of a table with a retention that end on or before a date; returns their names';

CREATE FUNCTION ops.analyze_table(table_name regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE %s', table_name);
END
$$;
COMMENT ON FUNCTION ops.analyze_table IS 'Refreshes the planner''s statistics of one gospub table; for servers before 17, whose ANALYZE wants the owner';

GRANT EXECUTE ON FUNCTION ops.ensure_partitions, ops.drop_partitions, ops.analyze_table TO gospub_loader;

-- MAINTAIN came with PostgreSQL 17; the servers before it leave VACUUM to autovacuum.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA registry, staging, history, ops TO gospub_loader';
        EXECUTE 'ALTER DEFAULT PRIVILEGES FOR ROLE gospub_owner IN SCHEMA registry, staging, history, ops, rating, alerts '
            'GRANT MAINTAIN ON TABLES TO gospub_loader';
    END IF;
END
$$;

RESET ROLE;

-- migrate:down
