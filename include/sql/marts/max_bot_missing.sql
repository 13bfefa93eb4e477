create view mart.max_bot_missing as
select
    d.snapshot_date,
    d.page_id,
    n.page_url_prefix || coalesce(p.screen_name, p.native_id) as page_url,
    v.organisation_id,
    o.ogrn,
    v.name as organisation_name,
    v.region_code,
    r.name as region_name,
    f.name as founder_name,
    v.email,
    v.phone,
    s.last_seen_on
from history.page_day as d
inner join registry.page as p on p.page_id = d.page_id
inner join registry.platform as n on n.platform = d.platform
inner join registry.page_assignment as a
    on a.page_id = d.page_id and a.valid_from <= d.snapshot_date and a.valid_to > d.snapshot_date
inner join registry.organisation_version as v
    on v.organisation_id = a.organisation_id and v.valid_from <= d.snapshot_date and v.valid_to > d.snapshot_date
inner join registry.organisation as o on o.organisation_id = v.organisation_id
inner join registry.region as r on r.region_code = v.region_code
left join registry.founder as f on f.founder_id = v.founder_id
left join lateral (
    select max(e.snapshot_date) as last_seen_on
    from history.page_day as e
    where e.page_id = d.page_id and e.snapshot_date < d.snapshot_date and e.outcome not in ('failed', 'no_access')
) as s on true
where
    d.platform = 'max' and d.outcome = 'no_access' and d.reason in ('bot_not_added', 'bot_left', 'bot_removed');
comment on view mart.max_bot_missing is 'Organisations that still have to add the bot to their MAX channel, or have removed it, by night: MAX shows a channel only to bots in it. Suspended channels are not listed: adding the bot would not show them';
comment on column mart.max_bot_missing.snapshot_date is 'Night, Europe/Moscow';
comment on column mart.max_bot_missing.page_id is 'Page';
comment on column mart.max_bot_missing.page_url is 'Link to the channel';
comment on column mart.max_bot_missing.organisation_id is 'Organisation that keeps it';
comment on column mart.max_bot_missing.ogrn is 'Its ОГРН';
comment on column mart.max_bot_missing.organisation_name is 'Its name';
comment on column mart.max_bot_missing.region_code is 'Its region';
comment on column mart.max_bot_missing.region_name is 'The region''s name';
comment on column mart.max_bot_missing.founder_name is 'Ministry or municipality above it';
comment on column mart.max_bot_missing.email is 'E-mail in the registry';
comment on column mart.max_bot_missing.phone is 'Phone in the registry';
comment on column mart.max_bot_missing.last_seen_on is 'Last night on which the bot saw the channel; NULL = never'
