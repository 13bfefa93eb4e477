-- What a registry file says, before it is compared with what the registry holds.
CREATE TEMPORARY TABLE incoming_organisation (
    ogrn text PRIMARY KEY,
    name text NOT NULL,
    region_code text NOT NULL,
    municipality text,
    founder_name text,
    level text NOT NULL,
    sphere_1 text,
    sphere_2 text,
    sphere_3 text,
    is_obliged boolean NOT NULL,
    exemption_ground text,
    is_pos_connected boolean,
    address text,
    phone text,
    email text,
    site text,
    spheres text [],
    founder_id integer,
    organisation_id integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_page (
    place integer NOT NULL, -- its order in the file: of two names of one page the first becomes the page
    ogrn text NOT NULL,
    platform text NOT NULL,
    native_id text,
    screen_name text,
    link text NOT NULL,
    organisation_id integer,
    page_id integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_manager (
    ogrn text NOT NULL,
    name text NOT NULL,
    trained_on date,
    organisation_id integer
) ON COMMIT DROP;
-- Organisations and pages of rejected rows: the file names them, so they have not been dropped.
CREATE TEMPORARY TABLE spared_organisation (ogrn text NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE spared_page (platform text NOT NULL, native_id text, screen_name text) ON COMMIT DROP;
