-- migrate:up
SET LOCAL ROLE gospub_owner;

CREATE TABLE alerts.alert (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule text NOT NULL,
    subject_kind text NOT NULL CHECK (subject_kind IN ('page', 'organisation', 'region', 'night')),
    subject_id text NOT NULL,
    region_code text,
    severity text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
    title text NOT NULL,
    evidence jsonb NOT NULL,
    opened_on date NOT NULL,
    opened_at timestamptz NOT NULL,
    last_seen_on date NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_on date,
    resolved_at timestamptz,
    resolved_by text,
    resolution text CHECK (resolution IN ('condition_ended', 'by_person')),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
CREATE UNIQUE INDEX alert_open ON alerts.alert (rule, subject_kind, subject_id) WHERE resolved_at IS NULL;
CREATE INDEX alert_region ON alerts.alert (region_code, opened_on);
COMMENT ON TABLE alerts.alert IS 'What broke: at most one unresolved alert per rule and subject';
COMMENT ON COLUMN alerts.alert.alert_id IS 'Key';
COMMENT ON COLUMN alerts.alert.rule IS 'Rule: the name of its file in include/sql/alerts';
COMMENT ON COLUMN alerts.alert.subject_kind IS 'What it is about';
COMMENT ON COLUMN alerts.alert.subject_id IS 'page_id, organisation_id, region_code or date and network of a night';
COMMENT ON COLUMN alerts.alert.region_code IS 'Region that can mend it';
COMMENT ON COLUMN alerts.alert.severity IS 'critical, warning or info';
COMMENT ON COLUMN alerts.alert.title IS 'What happened, in Russian';
COMMENT ON COLUMN alerts.alert.evidence IS 'Figures that show it';
COMMENT ON COLUMN alerts.alert.opened_on IS 'Night that showed it first';
COMMENT ON COLUMN alerts.alert.opened_at IS 'When it was raised';
COMMENT ON COLUMN alerts.alert.last_seen_on IS 'Last night that showed it';
COMMENT ON COLUMN alerts.alert.acknowledged_at IS 'When somebody took it on';
COMMENT ON COLUMN alerts.alert.acknowledged_by IS 'Who';
COMMENT ON COLUMN alerts.alert.resolved_on IS 'Night that showed it ended';
COMMENT ON COLUMN alerts.alert.resolved_at IS 'When it was resolved';
COMMENT ON COLUMN alerts.alert.resolved_by IS 'Who closed it by hand; NULL = the facts did';
COMMENT ON COLUMN alerts.alert.resolution IS 'condition_ended: the facts changed; by_person: somebody closed it';

RESET ROLE;

-- migrate:down
