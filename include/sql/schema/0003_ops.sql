-- migrate:up
SET LOCAL ROLE gospub_owner;

CREATE TYPE ops.outcome AS ENUM ('ok', 'closed', 'banned', 'deleted', 'not_found', 'no_access', 'failed');
COMMENT ON TYPE ops.outcome IS 'What a night found out about a page; failed = about our asking, not about the page';
CREATE TYPE ops.posts_outcome AS ENUM ('measured', 'not_planned', 'wall_closed', 'failed', 'page_gone');
COMMENT ON TYPE ops.posts_outcome IS 'What a night found out about a page''s posts';

CREATE TABLE ops.night (
    snapshot_date date NOT NULL,
    platform text NOT NULL REFERENCES registry.platform,
    opened_at timestamptz NOT NULL,
    plan_frozen_at timestamptz,
    staging_revision integer NOT NULL DEFAULT 0,
    judged_revision integer,
    is_judged_good boolean,
    accepted_revision integer,
    accepted_by text,
    accepted_reason text,
    published_revision integer,
    published_run_id integer,
    published_at timestamptz,
    is_published_whole boolean NOT NULL DEFAULT false,
    PRIMARY KEY (snapshot_date, platform)
);
COMMENT ON TABLE ops.night IS 'A night is (date, network); its row is also the lock that shard commits and publication share';
COMMENT ON COLUMN ops.night.snapshot_date IS 'The night''s date in Europe/Moscow';
COMMENT ON COLUMN ops.night.platform IS 'Network';
COMMENT ON COLUMN ops.night.opened_at IS 'When the night was opened first';
COMMENT ON COLUMN ops.night.plan_frozen_at IS 'When a full run froze the plan; NULL while only partial runs have planned';
COMMENT ON COLUMN ops.night.staging_revision IS 'Counts commits into staging: what was judged must be what is published';
COMMENT ON COLUMN ops.night.judged_revision IS 'Staging revision that the gate judged last';
COMMENT ON COLUMN ops.night.is_judged_good IS 'Whether no critical expectation failed then';
COMMENT ON COLUMN ops.night.accepted_revision IS 'Staging revision that an operator accepted despite the gate';
COMMENT ON COLUMN ops.night.accepted_by IS 'Who accepted it';
COMMENT ON COLUMN ops.night.accepted_reason IS 'Why';
COMMENT ON COLUMN ops.night.published_revision IS 'Staging revision that history holds; NULL = not published';
COMMENT ON COLUMN ops.night.published_run_id IS 'Run that published it';
COMMENT ON COLUMN ops.night.published_at IS 'When';
COMMENT ON COLUMN ops.night.is_published_whole IS 'Whether history holds every page of the frozen plan; false: nothing yet, or only pages of partial runs';

CREATE TABLE ops.crawl_run (
    run_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    snapshot_date date NOT NULL,
    platform text NOT NULL,
    label text NOT NULL,
    scope jsonb NOT NULL,
    is_partial boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('crawling', 'checked', 'rejected', 'published')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    counts jsonb,
    FOREIGN KEY (snapshot_date, platform) REFERENCES ops.night,
    UNIQUE (snapshot_date, platform, label)
);
COMMENT ON TABLE ops.crawl_run IS 'Runs of a night: a second run on the same date continues it';
COMMENT ON COLUMN ops.crawl_run.run_id IS 'Key';
COMMENT ON COLUMN ops.crawl_run.snapshot_date IS 'The night''s date in Europe/Moscow';
COMMENT ON COLUMN ops.crawl_run.platform IS 'Network';
COMMENT ON COLUMN ops.crawl_run.label IS 'Airflow''s run id, or the command that started it';
COMMENT ON COLUMN ops.crawl_run.scope IS 'Parameters: regions, limit (kept as last_page_id), profiles_only, again';
COMMENT ON COLUMN ops.crawl_run.is_partial IS 'Whether it covers only some pages: no drift checks, no night event';
COMMENT ON COLUMN ops.crawl_run.state IS 'How far it came';
COMMENT ON COLUMN ops.crawl_run.started_at IS 'When it was opened';
COMMENT ON COLUMN ops.crawl_run.finished_at IS 'When it was published or rejected';
COMMENT ON COLUMN ops.crawl_run.counts IS 'Pages by outcome, posts, calls: what the asset event carries';

CREATE TABLE ops.shard (
    snapshot_date date NOT NULL,
    platform text NOT NULL,
    shard_no smallint NOT NULL,
    title text NOT NULL,
    region_codes text [] NOT NULL,
    pages_count integer NOT NULL,
    PRIMARY KEY (snapshot_date, platform, shard_no),
    FOREIGN KEY (snapshot_date, platform) REFERENCES ops.night
);
COMMENT ON TABLE ops.shard IS 'Groups of regions that one mapped task crawls';
COMMENT ON COLUMN ops.shard.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.shard.platform IS 'Network';
COMMENT ON COLUMN ops.shard.shard_no IS 'Number within the night';
COMMENT ON COLUMN ops.shard.title IS 'Regions by name, as the map label shows them';
COMMENT ON COLUMN ops.shard.region_codes IS 'Regions inside';
COMMENT ON COLUMN ops.shard.pages_count IS 'Pages planned';

CREATE TABLE ops.crawl_plan (
    snapshot_date date NOT NULL,
    page_id integer NOT NULL,
    platform text NOT NULL,
    shard_no smallint NOT NULL,
    region_code text NOT NULL,
    native_id text,
    expected_posts_count integer NOT NULL,
    posts_priority real NOT NULL,
    is_posts_planned boolean NOT NULL,
    profile_done_at timestamptz,
    posts_done_at timestamptz,
    PRIMARY KEY (snapshot_date, page_id)
) PARTITION BY RANGE (snapshot_date);
CREATE INDEX crawl_plan_shard ON ops.crawl_plan (snapshot_date, platform, shard_no);
COMMENT ON TABLE ops.crawl_plan IS 'What to ask tonight: one row per page and night; a batch''s rows and its done marks commit together';
COMMENT ON COLUMN ops.crawl_plan.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.crawl_plan.page_id IS 'Page';
COMMENT ON COLUMN ops.crawl_plan.platform IS 'Network';
COMMENT ON COLUMN ops.crawl_plan.shard_no IS 'Shard that asks for it';
COMMENT ON COLUMN ops.crawl_plan.region_code IS 'Region of the page''s organisation on that night';
COMMENT ON COLUMN ops.crawl_plan.native_id IS 'The network''s id; NULL = the screen name has not been resolved';
COMMENT ON COLUMN ops.crawl_plan.expected_posts_count IS 'Posts expected in the window, from the page''s own history: sizes the batches';
COMMENT ON COLUMN ops.crawl_plan.posts_priority IS 'Larger is asked first when the quota is short';
COMMENT ON COLUMN ops.crawl_plan.is_posts_planned IS 'Whether the quota allows asking for its posts tonight';
COMMENT ON COLUMN ops.crawl_plan.profile_done_at IS 'When its profile row was committed to staging; NULL = still to ask';
COMMENT ON COLUMN ops.crawl_plan.posts_done_at IS 'When its wall row was committed to staging; NULL = still to ask';

CREATE VIEW ops.run_page AS
SELECT
    r.run_id,
    p.snapshot_date,
    p.platform,
    p.page_id,
    p.shard_no
FROM ops.crawl_run AS r
INNER JOIN ops.crawl_plan AS p
    ON r.snapshot_date = p.snapshot_date AND r.platform = p.platform
WHERE
    (jsonb_typeof(r.scope -> 'regions') IS DISTINCT FROM 'array' OR r.scope -> 'regions' ? p.region_code)
    AND (r.scope ->> 'last_page_id' IS NULL OR p.page_id <= (r.scope ->> 'last_page_id')::integer);
COMMENT ON VIEW ops.run_page IS 'The planned pages that a run covers: all of the night''s for a full run, those of its regions and limit for a partial one';
COMMENT ON COLUMN ops.run_page.run_id IS 'Run';
COMMENT ON COLUMN ops.run_page.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.run_page.platform IS 'Network';
COMMENT ON COLUMN ops.run_page.page_id IS 'Page';
COMMENT ON COLUMN ops.run_page.shard_no IS 'Shard that asks for it';

CREATE TABLE ops.token (
    fingerprint text PRIMARY KEY,
    platform text NOT NULL,
    state text NOT NULL CHECK (state IN ('live', 'cooling', 'dead', 'needs_person', 'wrong_type')),
    reason text,
    usable_at timestamptz,
    next_call_at timestamptz,
    has_execute boolean,
    paused_methods jsonb NOT NULL DEFAULT '{}',
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE ops.token IS 'What is known of each access token; the token itself stays in the Airflow connection';
COMMENT ON COLUMN ops.token.fingerprint IS 'First 16 hex digits of the SHA-256 of the token';
COMMENT ON COLUMN ops.token.platform IS 'Network';
COMMENT ON COLUMN ops.token.state IS 'live; cooling: may be used from usable_at on; dead, needs_person, wrong_type: somebody has to act';
COMMENT ON COLUMN ops.token.reason IS 'What the network said, without secrets';
COMMENT ON COLUMN ops.token.usable_at IS 'End of a cool-down';
COMMENT ON COLUMN ops.token.next_call_at IS 'Earliest time of the next call, real clock: pacing survives a hand-over';
COMMENT ON COLUMN ops.token.has_execute IS 'Whether the network lets it call execute; NULL = not tried';
COMMENT ON COLUMN ops.token.paused_methods IS 'Methods whose quota the network called used up, with the time until which they are left alone';
COMMENT ON COLUMN ops.token.changed_at IS 'When state last changed';

CREATE TABLE ops.token_usage (
    fingerprint text NOT NULL REFERENCES ops.token,
    method text NOT NULL,
    booked_at timestamptz NOT NULL,
    calls_count integer NOT NULL CHECK (calls_count > 0),
    PRIMARY KEY (fingerprint, method, booked_at)
);
COMMENT ON TABLE ops.token_usage IS 'Calls booked against quotas, each in a commit of its own before it is sent';
COMMENT ON COLUMN ops.token_usage.fingerprint IS 'Token';
COMMENT ON COLUMN ops.token_usage.method IS 'Method; the calls inside execute are booked as their own method';
COMMENT ON COLUMN ops.token_usage.booked_at IS 'Minute in which the calls were booked, by the product''s clock';
COMMENT ON COLUMN ops.token_usage.calls_count IS 'Calls in that minute; never refunded unless provably not sent';

CREATE TABLE ops.quality_result (
    result_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id integer NOT NULL REFERENCES ops.crawl_run,
    snapshot_date date NOT NULL,
    platform text NOT NULL,
    staging_revision integer NOT NULL,
    expectation text NOT NULL,
    meaning text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'warning')),
    is_passed boolean NOT NULL,
    observed text,
    bound text,
    unexpected_count bigint,
    sample jsonb,
    checked_at timestamptz NOT NULL
);
CREATE INDEX quality_result_night ON ops.quality_result (snapshot_date, platform, staging_revision);
COMMENT ON TABLE ops.quality_result IS 'What the gate found, expectation by expectation';
COMMENT ON COLUMN ops.quality_result.result_id IS 'Key';
COMMENT ON COLUMN ops.quality_result.run_id IS 'Run that was judged';
COMMENT ON COLUMN ops.quality_result.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.quality_result.platform IS 'Network';
COMMENT ON COLUMN ops.quality_result.staging_revision IS 'Staging revision that was judged';
COMMENT ON COLUMN ops.quality_result.expectation IS 'Name of the expectation';
COMMENT ON COLUMN ops.quality_result.meaning IS 'What it asks, in words';
COMMENT ON COLUMN ops.quality_result.severity IS 'critical stops publication; warning is reported';
COMMENT ON COLUMN ops.quality_result.is_passed IS 'Whether it held';
COMMENT ON COLUMN ops.quality_result.observed IS 'Figure that was observed';
COMMENT ON COLUMN ops.quality_result.bound IS 'Floor or ceiling it was held against';
COMMENT ON COLUMN ops.quality_result.unexpected_count IS 'Rows that break it';
COMMENT ON COLUMN ops.quality_result.sample IS 'Up to 20 of them';
COMMENT ON COLUMN ops.quality_result.checked_at IS 'When';

CREATE TABLE ops.rejected (
    rejected_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL CHECK (source IN ('registry', 'crawl')),
    source_name text NOT NULL,
    row_no integer,
    page_id integer,
    snapshot_date date,
    column_name text,
    value text,
    reason text NOT NULL,
    rejected_at timestamptz NOT NULL
);
CREATE INDEX rejected_source ON ops.rejected (source, source_name);
CREATE INDEX rejected_night ON ops.rejected (snapshot_date) WHERE snapshot_date IS NOT NULL;
COMMENT ON TABLE ops.rejected IS 'Input that could not be used, each with its reason: nothing is dropped in silence';
COMMENT ON COLUMN ops.rejected.rejected_id IS 'Key';
COMMENT ON COLUMN ops.rejected.source IS 'registry: a row of a file; crawl: an answer of a network';
COMMENT ON COLUMN ops.rejected.source_name IS 'File name, or network and method';
COMMENT ON COLUMN ops.rejected.row_no IS 'Row of the file, the header being row 1';
COMMENT ON COLUMN ops.rejected.page_id IS 'Page that the answer was about';
COMMENT ON COLUMN ops.rejected.snapshot_date IS 'Night';
COMMENT ON COLUMN ops.rejected.column_name IS 'Column or field at fault';
COMMENT ON COLUMN ops.rejected.value IS 'The offending value, cut to 2,000 characters, without secrets';
COMMENT ON COLUMN ops.rejected.reason IS 'What is wrong with it';
COMMENT ON COLUMN ops.rejected.rejected_at IS 'When';

RESET ROLE;

-- migrate:down
