-- migrate:up
SET LOCAL ROLE gospub_owner;

CREATE TABLE staging.page_profile (
    snapshot_date date NOT NULL,
    page_id integer NOT NULL,
    platform text NOT NULL,
    outcome ops.outcome NOT NULL,
    reason text,
    observed_at timestamptz NOT NULL,
    members_count integer,
    name text,
    screen_name text,
    description text,
    status_text text,
    site text,
    activity text,
    city text,
    has_mark boolean,
    trust_mark smallint,
    is_verified boolean,
    has_avatar boolean,
    has_cover boolean,
    is_wall_open boolean,
    contacts jsonb,
    address text,
    menu_items jsonb,
    app_buttons jsonb,
    pos_links jsonb,
    installed_apps_count integer,
    stated_ogrn text,
    PRIMARY KEY (snapshot_date, page_id)
) PARTITION BY RANGE (snapshot_date);

CREATE TABLE staging.page_wall (
    snapshot_date date NOT NULL,
    page_id integer NOT NULL,
    platform text NOT NULL,
    posts_outcome ops.posts_outcome NOT NULL,
    reason text,
    observed_at timestamptz NOT NULL,
    asked_since timestamptz NOT NULL,
    wall_posts_count integer,
    is_comments_open boolean,
    PRIMARY KEY (snapshot_date, page_id)
) PARTITION BY RANGE (snapshot_date);

CREATE TABLE staging.post (
    snapshot_date date NOT NULL,
    page_id integer NOT NULL,
    post_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    views_count integer,
    likes_count integer,
    comments_count integer,
    reposts_count integer,
    is_pinned boolean NOT NULL,
    is_repost boolean NOT NULL,
    is_ad boolean NOT NULL,
    text_hash bytea,
    text_length integer NOT NULL,
    PRIMARY KEY (snapshot_date, page_id, post_id)
) PARTITION BY RANGE (snapshot_date);

CREATE TABLE history.page_day (
    observed_at timestamptz NOT NULL,
    last_post_at timestamptz,
    views_30d_sum bigint,
    snapshot_date date NOT NULL,
    page_id integer NOT NULL,
    run_id integer NOT NULL,
    members_count integer,
    wall_posts_count integer,
    likes_30d_sum integer,
    comments_30d_sum integer,
    reposts_30d_sum integer,
    outcome ops.outcome NOT NULL,
    posts_outcome ops.posts_outcome NOT NULL,
    posts_7d_count smallint,
    posts_30d_count smallint,
    posts_with_views_30d_count smallint,
    is_comments_open boolean,
    has_mark boolean,
    platform text NOT NULL,
    reason text,
    posts_reason text,
    PRIMARY KEY (snapshot_date, page_id)
) PARTITION BY RANGE (snapshot_date);

CREATE TABLE history.page_profile (
    page_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    platform text NOT NULL,
    profile_hash bytea NOT NULL,
    name text,
    screen_name text,
    description text,
    status_text text,
    site text,
    activity text,
    city text,
    has_mark boolean,
    trust_mark smallint,
    is_verified boolean,
    has_avatar boolean,
    has_cover boolean,
    is_wall_open boolean,
    contacts jsonb,
    address text,
    menu_items jsonb,
    app_buttons jsonb,
    pos_links jsonb,
    installed_apps_count integer,
    stated_ogrn text,
    PRIMARY KEY (page_id, valid_from),
    CHECK (valid_from < valid_to)
);
CREATE UNIQUE INDEX page_profile_current ON history.page_profile (page_id) WHERE valid_to = 'infinity';
CREATE INDEX page_profile_opened ON history.page_profile (valid_from, platform);
CREATE INDEX page_profile_closed ON history.page_profile (valid_to, platform) WHERE valid_to < 'infinity';

CREATE TABLE history.post (
    page_id integer NOT NULL,
    post_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    first_seen_on date NOT NULL,
    gone_on date,
    is_repost boolean NOT NULL,
    is_ad boolean NOT NULL,
    text_hash bytea,
    text_length integer NOT NULL,
    PRIMARY KEY (page_id, post_id, published_at)
) PARTITION BY RANGE (published_at);

CREATE TABLE history.post_absence (
    page_id integer NOT NULL,
    post_id bigint NOT NULL,
    published_at timestamptz NOT NULL,
    gone_on date NOT NULL,
    back_on date NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (page_id, post_id, gone_on),
    CHECK (gone_on < back_on)
);
CREATE INDEX post_absence_open ON history.post_absence (published_at) WHERE back_on = 'infinity';
CREATE INDEX post_absence_began ON history.post_absence (gone_on);
CREATE INDEX post_absence_ended ON history.post_absence (back_on) WHERE back_on < 'infinity';

CREATE TABLE history.post_metric (
    page_id integer NOT NULL,
    post_id bigint NOT NULL,
    snapshot_date date NOT NULL,
    views_count integer,
    likes_count integer,
    comments_count integer,
    reposts_count integer,
    PRIMARY KEY (page_id, post_id, snapshot_date)
) PARTITION BY RANGE (snapshot_date);

CREATE VIEW ops.publication_page AS
SELECT
    r.run_id,
    p.snapshot_date,
    p.platform,
    p.page_id,
    p.region_code,
    p.is_posts_planned
FROM ops.crawl_run AS r
INNER JOIN ops.crawl_plan AS p ON r.snapshot_date = p.snapshot_date AND r.platform = p.platform
WHERE
    NOT r.is_partial
    OR EXISTS (
        SELECT FROM ops.run_page AS o
        WHERE o.run_id = r.run_id AND o.snapshot_date = p.snapshot_date AND o.page_id = p.page_id
    )
    OR EXISTS (
        SELECT FROM history.page_day AS d WHERE d.snapshot_date = p.snapshot_date AND d.page_id = p.page_id
    );
COMMENT ON VIEW ops.publication_page IS 'The pages that a run''s check judges and its publication writes: the plan for a full run; its own and those already published that night for a partial one';
COMMENT ON COLUMN ops.publication_page.run_id IS 'Run';
COMMENT ON COLUMN ops.publication_page.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.publication_page.platform IS 'Network';
COMMENT ON COLUMN ops.publication_page.page_id IS 'Page';
COMMENT ON COLUMN ops.publication_page.region_code IS 'Region of the page''s organisation on that night';
COMMENT ON COLUMN ops.publication_page.is_posts_planned IS 'Whether its posts were to be asked';

RESET ROLE;

-- migrate:down
