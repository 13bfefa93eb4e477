-- migrate:up
SET LOCAL ROLE gospub_owner;

CREATE TABLE registry.region (
    region_code text PRIMARY KEY CHECK (region_code ~ '^\d{2}$'),
    name text NOT NULL,
    short_name text NOT NULL,
    kind text NOT NULL,
    constitution_no smallint,
    iso_code text,
    okato_prefix text,
    oktmo_prefix text,
    federal_district text,
    time_zone text NOT NULL,
    population integer CHECK (population > 0),
    population_18plus integer CHECK (population_18plus > 0),
    is_rated boolean NOT NULL
);
COMMENT ON TABLE registry.region IS 'The 89 regions and one row 00 for federal bodies; loaded from include/reference/regions.csv';
COMMENT ON COLUMN registry.region.region_code IS 'Two-digit region code (59 = Пермский край); 00 = federal bodies';
COMMENT ON COLUMN registry.region.name IS 'Official Russian name';
COMMENT ON COLUMN registry.region.short_name IS 'Label for maps and task names';
COMMENT ON COLUMN registry.region.kind IS 'республика, край, область, город федерального значения, автономный округ …';
COMMENT ON COLUMN registry.region.constitution_no IS 'Number in article 65 of the Constitution; NULL for federal bodies';
COMMENT ON COLUMN registry.region.iso_code IS 'ISO 3166-2:RU code; NULL where the standard has none';
COMMENT ON COLUMN registry.region.okato_prefix IS 'Leading ОКАТО digits, as ПОС links carry them';
COMMENT ON COLUMN registry.region.oktmo_prefix IS 'Leading ОКТМО digits';
COMMENT ON COLUMN registry.region.federal_district IS 'Federal district; NULL where none is assigned';
COMMENT ON COLUMN registry.region.time_zone IS 'IANA time zone of the regional capital: weeks are judged in it';
COMMENT ON COLUMN registry.region.population IS 'Residents on 1 January 2025 (Rosstat); NULL where Rosstat gives none';
COMMENT ON COLUMN registry.region.population_18plus IS 'Residents aged 18 and over on 1 January 2025 (Rosstat)';
COMMENT ON COLUMN registry.region.is_rated IS 'Whether ratings give it a place (federal bodies get none)';

CREATE TABLE registry.platform (
    platform text PRIMARY KEY,
    name text NOT NULL,
    page_url_prefix text NOT NULL
);
COMMENT ON TABLE registry.platform IS 'The networks that gospub knows';
COMMENT ON COLUMN registry.platform.platform IS 'Short key used everywhere: vk, ok, telegram, max';
COMMENT ON COLUMN registry.platform.name IS 'Name that people use';
COMMENT ON COLUMN registry.platform.page_url_prefix IS 'What stands before a screen name in a public link';

CREATE TABLE registry.network_obligation (
    platform text NOT NULL REFERENCES registry.platform,
    status text NOT NULL CHECK (status IN ('mandatory_any_of', 'recommended', 'optional')),
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    act text NOT NULL,
    PRIMARY KEY (platform, valid_from),
    CHECK (valid_from < valid_to)
);
COMMENT ON TABLE registry.network_obligation IS 'Which networks satisfy the law, and since when: one page in any mandatory_any_of network is enough';
COMMENT ON COLUMN registry.network_obligation.platform IS 'Network';
COMMENT ON COLUMN registry.network_obligation.status IS 'mandatory_any_of: counts for the obligation; recommended and optional only add';
COMMENT ON COLUMN registry.network_obligation.valid_from IS 'First day on which it holds';
COMMENT ON COLUMN registry.network_obligation.valid_to IS 'First day on which it holds no more; infinity while in force';
COMMENT ON COLUMN registry.network_obligation.act IS 'The act that says so';

CREATE TABLE registry.founder (
    founder_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region_code text NOT NULL REFERENCES registry.region,
    name text NOT NULL,
    UNIQUE (region_code, name)
);
COMMENT ON TABLE registry.founder IS 'Ministries and municipalities that found organisations';
COMMENT ON COLUMN registry.founder.founder_id IS 'Key';
COMMENT ON COLUMN registry.founder.region_code IS 'Region of the founder';
COMMENT ON COLUMN registry.founder.name IS 'Name as the registry gives it';

CREATE TABLE registry.organisation (
    organisation_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ogrn text NOT NULL UNIQUE CHECK (ogrn ~ '^\d{13}$'),
    first_seen_on date NOT NULL
);
COMMENT ON TABLE registry.organisation IS 'Public bodies, once each, by ОГРН';
COMMENT ON COLUMN registry.organisation.organisation_id IS 'Key that never changes';
COMMENT ON COLUMN registry.organisation.ogrn IS 'ОГРН, 13 digits, check digit verified';
COMMENT ON COLUMN registry.organisation.first_seen_on IS 'Day of the first import that named it';

CREATE TABLE registry.organisation_version (
    organisation_id integer NOT NULL REFERENCES registry.organisation,
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    name text NOT NULL,
    region_code text NOT NULL REFERENCES registry.region,
    municipality text,
    founder_id integer REFERENCES registry.founder,
    level text NOT NULL CHECK (level IN ('Регион', 'Министерство', 'Ведомство', 'МО', 'Узкоспециальные')),
    spheres text [] NOT NULL DEFAULT '{}' CHECK (cardinality(spheres) <= 3),
    is_obliged boolean NOT NULL,
    exemption_ground text,
    is_pos_connected boolean,
    address text,
    phone text,
    email text,
    site text,
    PRIMARY KEY (organisation_id, valid_from),
    CHECK (valid_from < valid_to)
);
CREATE UNIQUE INDEX organisation_version_current ON registry.organisation_version (organisation_id) WHERE valid_to = 'infinity';
CREATE INDEX organisation_version_region ON registry.organisation_version (region_code);
COMMENT ON TABLE registry.organisation_version IS 'What the registry said of an organisation, by validity interval';
COMMENT ON COLUMN registry.organisation_version.organisation_id IS 'Organisation';
COMMENT ON COLUMN registry.organisation_version.valid_from IS 'First day on which this version holds';
COMMENT ON COLUMN registry.organisation_version.valid_to IS 'First day on which it holds no more; infinity for the current one';
COMMENT ON COLUMN registry.organisation_version.name IS 'Name as the registry gives it';
COMMENT ON COLUMN registry.organisation_version.region_code IS 'Region; 00 for federal bodies';
COMMENT ON COLUMN registry.organisation_version.municipality IS 'Municipality, if named';
COMMENT ON COLUMN registry.organisation_version.founder_id IS 'Ministry or municipality above it';
COMMENT ON COLUMN registry.organisation_version.level IS 'Level in the regional centres'' terms';
COMMENT ON COLUMN registry.organisation_version.spheres IS 'Up to three spheres of activity, the main one first';
COMMENT ON COLUMN registry.organisation_version.is_obliged IS 'Whether the law obliges it to keep a page; an exemption ground lifts the duty';
COMMENT ON COLUMN registry.organisation_version.exemption_ground IS 'Ground on which no page is kept; NULL = not exempt';
COMMENT ON COLUMN registry.organisation_version.is_pos_connected IS 'Connected to the component «Госпаблики» of ПОС; NULL = not said';
COMMENT ON COLUMN registry.organisation_version.address IS 'Postal address in the registry';
COMMENT ON COLUMN registry.organisation_version.phone IS 'Phone in the registry';
COMMENT ON COLUMN registry.organisation_version.email IS 'E-mail in the registry';
COMMENT ON COLUMN registry.organisation_version.site IS 'Site in the registry';

CREATE TABLE registry.page (
    page_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    platform text NOT NULL REFERENCES registry.platform,
    native_id text,
    screen_name text,
    resolved_at timestamptz,
    resolution text CHECK (resolution IN ('given', 'resolved', 'unknown_name', 'not_a_community')),
    first_seen_on date NOT NULL,
    UNIQUE (platform, native_id),
    CHECK (native_id IS NOT NULL OR screen_name IS NOT NULL)
);
CREATE UNIQUE INDEX page_unresolved_name ON registry.page (platform, screen_name) WHERE native_id IS NULL;
COMMENT ON TABLE registry.page IS 'Pages, once each: a renamed page stays the same row';
COMMENT ON COLUMN registry.page.page_id IS 'Key that never changes';
COMMENT ON COLUMN registry.page.platform IS 'Network';
COMMENT ON COLUMN registry.page.native_id IS 'The network''s own id, digits (VK: community id without minus); NULL until a screen name is resolved';
COMMENT ON COLUMN registry.page.screen_name IS 'Screen name in lower case as the registry''s link gave it; the current one is in history.page_profile';
COMMENT ON COLUMN registry.page.resolved_at IS 'When the network was last asked what the screen name stands for';
COMMENT ON COLUMN registry.page.resolution IS 'given: the link held the id; resolved: the network named it; unknown_name: no such name; not_a_community: a person or an application';
COMMENT ON COLUMN registry.page.first_seen_on IS 'Day of the first import that named it';

CREATE TABLE registry.page_alias (
    platform text NOT NULL REFERENCES registry.platform,
    screen_name text NOT NULL,
    page_id integer NOT NULL REFERENCES registry.page,
    PRIMARY KEY (platform, screen_name)
);
COMMENT ON TABLE registry.page_alias IS 'Every screen name by which a registry file has named a page, so that a name is resolved once and kept';
COMMENT ON COLUMN registry.page_alias.platform IS 'Network';
COMMENT ON COLUMN registry.page_alias.screen_name IS 'Screen name in lower case';
COMMENT ON COLUMN registry.page_alias.page_id IS 'Page that it stood for when it was resolved';

CREATE TABLE registry.page_assignment (
    page_id integer NOT NULL REFERENCES registry.page,
    organisation_id integer NOT NULL REFERENCES registry.organisation,
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    link text NOT NULL,
    PRIMARY KEY (page_id, valid_from),
    CHECK (valid_from < valid_to)
);
CREATE UNIQUE INDEX page_assignment_current ON registry.page_assignment (page_id) WHERE valid_to = 'infinity';
CREATE INDEX page_assignment_organisation ON registry.page_assignment (organisation_id);
COMMENT ON TABLE registry.page_assignment IS 'Whose page it is, by validity interval: one organisation at a time';
COMMENT ON COLUMN registry.page_assignment.page_id IS 'Page';
COMMENT ON COLUMN registry.page_assignment.organisation_id IS 'Organisation that keeps the page';
COMMENT ON COLUMN registry.page_assignment.valid_from IS 'First day on which it holds';
COMMENT ON COLUMN registry.page_assignment.valid_to IS 'First day on which it holds no more; infinity for the current one';
COMMENT ON COLUMN registry.page_assignment.link IS 'Link as the registry file spelt it';

CREATE TABLE registry.page_manager (
    organisation_id integer NOT NULL REFERENCES registry.organisation,
    name text NOT NULL,
    trained_on date,
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (organisation_id, name, valid_from),
    CHECK (valid_from < valid_to)
);
COMMENT ON TABLE registry.page_manager IS 'People appointed to keep an organisation''s pages';
COMMENT ON COLUMN registry.page_manager.organisation_id IS 'Organisation';
COMMENT ON COLUMN registry.page_manager.name IS 'Name as the registry gives it';
COMMENT ON COLUMN registry.page_manager.trained_on IS 'Day on which the qualification training ended; NULL = not trained';
COMMENT ON COLUMN registry.page_manager.valid_from IS 'First day on which it holds';
COMMENT ON COLUMN registry.page_manager.valid_to IS 'First day on which it holds no more; infinity for the current one';

CREATE TABLE registry.import (
    import_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    imported_at timestamptz NOT NULL,
    source_name text NOT NULL,
    source_sha256 text NOT NULL,
    scope_region_code text REFERENCES registry.region,
    rows_count integer NOT NULL,
    rejected_count integer NOT NULL,
    changes jsonb NOT NULL,
    is_forced boolean NOT NULL
);
COMMENT ON TABLE registry.import IS 'Imports of registry files that took effect';
COMMENT ON COLUMN registry.import.import_id IS 'Key';
COMMENT ON COLUMN registry.import.imported_at IS 'When';
COMMENT ON COLUMN registry.import.source_name IS 'Name of the file, without its folder';
COMMENT ON COLUMN registry.import.source_sha256 IS 'Hash of the file''s bytes';
COMMENT ON COLUMN registry.import.scope_region_code IS 'Region that the file speaks for; NULL = the whole country';
COMMENT ON COLUMN registry.import.rows_count IS 'Data rows in the file';
COMMENT ON COLUMN registry.import.rejected_count IS 'Rows that were refused';
COMMENT ON COLUMN registry.import.changes IS 'Counts of what changed: organisations and pages added, changed, closed';
COMMENT ON COLUMN registry.import.is_forced IS 'Whether the operator overrode the guard against mass removal';

RESET ROLE;

-- migrate:down
