create view mart.open_alert as
select
    a.alert_id,
    a.rule,
    a.severity,
    a.title,
    a.region_code,
    r.name as region_name,
    a.subject_kind,
    a.subject_id,
    a.evidence ->> 'url' as page_url,
    a.opened_on,
    a.last_seen_on,
    a.acknowledged_at,
    a.acknowledged_by,
    a.evidence
from alerts.alert as a
left join registry.region as r on r.region_code = a.region_code
where a.resolved_at is null;
comment on view mart.open_alert is 'What is broken now: alerts that are not resolved';
comment on column mart.open_alert.alert_id is 'Number, for acknowledging and closing';
comment on column mart.open_alert.rule is 'Rule that raised it';
comment on column mart.open_alert.severity is 'critical, warning or info';
comment on column mart.open_alert.title is 'What happened';
comment on column mart.open_alert.region_code is 'Region that can mend it; NULL = not a region''s matter';
comment on column mart.open_alert.region_name is 'Its name';
comment on column mart.open_alert.subject_kind is 'page, organisation, region or night';
comment on column mart.open_alert.subject_id is 'Its key';
comment on column mart.open_alert.page_url is 'Link to the page, for alerts about pages';
comment on column mart.open_alert.opened_on is 'Night that showed it first';
comment on column mart.open_alert.last_seen_on is 'Last night that showed it';
comment on column mart.open_alert.acknowledged_at is 'When somebody took it on; NULL = nobody has';
comment on column mart.open_alert.acknowledged_by is 'Who';
comment on column mart.open_alert.evidence is 'Figures that show it'
