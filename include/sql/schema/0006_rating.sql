-- migrate:up
SET LOCAL ROLE gospub_owner;

CREATE TABLE rating.method (
    method text NOT NULL,
    version text NOT NULL,
    title text NOT NULL,
    definition jsonb NOT NULL,
    definition_sha256 text NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (method, version)
);
COMMENT ON TABLE rating.method IS 'Rating methods as the files of include/methods declare them';
COMMENT ON COLUMN rating.method.method IS 'Key of the method';
COMMENT ON COLUMN rating.method.version IS 'Version: a changed definition needs a new one';
COMMENT ON COLUMN rating.method.title IS 'Name in Russian';
COMMENT ON COLUMN rating.method.definition IS 'Blocks, criteria, weights, thresholds, ranking rule';
COMMENT ON COLUMN rating.method.definition_sha256 IS 'Hash of the definition in canonical JSON';
COMMENT ON COLUMN rating.method.valid_from IS 'First day it applies to';
COMMENT ON COLUMN rating.method.valid_to IS 'First day it applies to no more; infinity while in force';

CREATE TABLE rating.run (
    rating_run_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    snapshot_date date NOT NULL,
    method text NOT NULL,
    version text NOT NULL,
    revision smallint NOT NULL,
    is_latest boolean NOT NULL,
    inputs_sha256 text NOT NULL,
    pages_count integer NOT NULL,
    pages_measured_count integer NOT NULL,
    pages_carried_count integer NOT NULL,
    rated_at timestamptz NOT NULL,
    UNIQUE (snapshot_date, method, revision),
    FOREIGN KEY (method, version) REFERENCES rating.method
);
CREATE UNIQUE INDEX run_latest ON rating.run (snapshot_date, method) WHERE is_latest;
COMMENT ON TABLE rating.run IS 'Computations of a rating: revision 1 is as published first, the latest is as known now';
COMMENT ON COLUMN rating.run.rating_run_id IS 'Key';
COMMENT ON COLUMN rating.run.snapshot_date IS 'Night that is rated';
COMMENT ON COLUMN rating.run.method IS 'Method';
COMMENT ON COLUMN rating.run.version IS 'Its version';
COMMENT ON COLUMN rating.run.revision IS '1 = as published; more when late data changed the inputs';
COMMENT ON COLUMN rating.run.is_latest IS 'Whether it is the newest revision';
COMMENT ON COLUMN rating.run.inputs_sha256 IS 'Hash of the page values that went in: same hash, same places';
COMMENT ON COLUMN rating.run.pages_count IS 'Pages of rated regions on that night';
COMMENT ON COLUMN rating.run.pages_measured_count IS 'Of them measured that very night';
COMMENT ON COLUMN rating.run.pages_carried_count IS 'Of them carried forward from up to 7 nights before';
COMMENT ON COLUMN rating.run.rated_at IS 'When';

-- No foreign key on the two large tables: its check by row costs as much as writing the rows.
CREATE TABLE rating.page_criterion (
    rating_run_id integer NOT NULL,
    page_id integer NOT NULL,
    criterion text NOT NULL,
    region_code text NOT NULL,
    value double precision,
    is_measured boolean NOT NULL,
    measured_on date,
    PRIMARY KEY (rating_run_id, page_id, criterion)
);
COMMENT ON TABLE rating.page_criterion IS 'What each page contributes to each criterion';
COMMENT ON COLUMN rating.page_criterion.rating_run_id IS 'Computation';
COMMENT ON COLUMN rating.page_criterion.page_id IS 'Page';
COMMENT ON COLUMN rating.page_criterion.criterion IS 'Criterion';
COMMENT ON COLUMN rating.page_criterion.region_code IS 'Region of its organisation on that night';
COMMENT ON COLUMN rating.page_criterion.value IS 'Value between 0 and 1, or a ratio as the criterion says; NULL = not measured';
COMMENT ON COLUMN rating.page_criterion.is_measured IS 'Whether a value is known (tonight''s or carried forward)';
COMMENT ON COLUMN rating.page_criterion.measured_on IS 'Night of the measurement: earlier than the rated one when carried forward';

CREATE TABLE rating.organisation_criterion (
    rating_run_id integer NOT NULL,
    organisation_id integer NOT NULL,
    criterion text NOT NULL,
    region_code text NOT NULL,
    value double precision,
    is_measured boolean NOT NULL,
    measured_on date,
    PRIMARY KEY (rating_run_id, organisation_id, criterion)
);
COMMENT ON TABLE rating.organisation_criterion IS 'What each organisation contributes to each criterion that is about organisations';
COMMENT ON COLUMN rating.organisation_criterion.rating_run_id IS 'Computation';
COMMENT ON COLUMN rating.organisation_criterion.organisation_id IS 'Organisation';
COMMENT ON COLUMN rating.organisation_criterion.criterion IS 'Criterion';
COMMENT ON COLUMN rating.organisation_criterion.region_code IS 'Region of the organisation on that night';
COMMENT ON COLUMN rating.organisation_criterion.value IS 'Value as the criterion says; NULL = not known';
COMMENT ON COLUMN rating.organisation_criterion.is_measured IS 'Whether a value is known';
COMMENT ON COLUMN rating.organisation_criterion.measured_on IS 'Night of the measurement, or the rated night itself for what the registry says';

CREATE TABLE rating.region_criterion (
    rating_run_id integer NOT NULL REFERENCES rating.run ON DELETE CASCADE,
    region_code text NOT NULL,
    criterion text NOT NULL,
    numerator double precision,
    denominator double precision,
    value double precision,
    points double precision,
    subjects_count integer NOT NULL,
    measured_count integer NOT NULL,
    PRIMARY KEY (rating_run_id, region_code, criterion)
);
COMMENT ON TABLE rating.region_criterion IS 'A region''s value and points by criterion';
COMMENT ON COLUMN rating.region_criterion.rating_run_id IS 'Computation';
COMMENT ON COLUMN rating.region_criterion.region_code IS 'Region';
COMMENT ON COLUMN rating.region_criterion.criterion IS 'Criterion';
COMMENT ON COLUMN rating.region_criterion.numerator IS 'What was counted or summed';
COMMENT ON COLUMN rating.region_criterion.denominator IS 'Out of what';
COMMENT ON COLUMN rating.region_criterion.value IS 'numerator / denominator, or the aggregate the criterion declares; NULL = nothing measured';
COMMENT ON COLUMN rating.region_criterion.points IS 'Points it earns under the method''s weight; NULL = nothing measured';
COMMENT ON COLUMN rating.region_criterion.subjects_count IS 'Pages or organisations it is about';
COMMENT ON COLUMN rating.region_criterion.measured_count IS 'Of them with a known value';

CREATE TABLE rating.region_score (
    rating_run_id integer NOT NULL REFERENCES rating.run ON DELETE CASCADE,
    region_code text NOT NULL,
    score double precision,
    shown_score numeric(8, 2),
    place smallint,
    measured_share double precision NOT NULL,
    unrated_reason text,
    PRIMARY KEY (rating_run_id, region_code),
    CHECK ((place IS NULL) = (unrated_reason IS NOT NULL))
);
COMMENT ON TABLE rating.region_score IS 'Scores and places: ties are decided on the score that people see';
COMMENT ON COLUMN rating.region_score.rating_run_id IS 'Computation';
COMMENT ON COLUMN rating.region_score.region_code IS 'Region';
COMMENT ON COLUMN rating.region_score.score IS 'Points earned of the points that could be judged, scaled to the method''s full points, unrounded; NULL = not rated';
COMMENT ON COLUMN rating.region_score.shown_score IS 'Score rounded as the method says; NULL = not rated';
COMMENT ON COLUMN rating.region_score.place IS 'Place by the method''s ranking rule; NULL = not rated';
COMMENT ON COLUMN rating.region_score.measured_share IS 'Share of the region''s pages with a measurement (tonight''s or carried forward), averaged over the criteria about pages by weight; between 0 and 1';
COMMENT ON COLUMN rating.region_score.unrated_reason IS 'Why the region has no place, in Russian; NULL when it has one';

RESET ROLE;

-- migrate:down
