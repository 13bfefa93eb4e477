-- title: У обязанной организации нет страницы
-- severity: warning
-- subject: organisation
-- why: закон обязывает вести страницу хотя бы в одной сети из перечня Правительства
-- action: создать и подтвердить страницу, внести её в реестр; либо указать в реестре основание освобождения
-- resolves: в реестре появилась страница в такой сети, либо обязанность снята
with held as (
    select
        v.organisation_id,
        v.region_code,
        v.name,
        v.level,
        o.ogrn,
        f.name as founder_name
    from registry.organisation_version as v
    inner join registry.organisation as o on o.organisation_id = v.organisation_id
    left join registry.founder as f on f.founder_id = v.founder_id
    where v.valid_from <= %(snapshot_date)s and v.valid_to > %(snapshot_date)s
        and v.is_obliged and v.exemption_ground is null
),
kept as (
    select distinct a.organisation_id
    from registry.page_assignment as a
    inner join registry.page as p on p.page_id = a.page_id
    inner join registry.network_obligation as n
        on n.platform = p.platform and n.status = 'mandatory_any_of'
        and n.valid_from <= %(snapshot_date)s and n.valid_to > %(snapshot_date)s
    where a.valid_from <= %(snapshot_date)s and a.valid_to > %(snapshot_date)s
)
select
    h.organisation_id::text as subject_id,
    h.region_code,
    'warning' as severity,
    'Организация «' || h.name || '» обязана вести страницу, но её нет в реестре' as title,
    jsonb_build_object('ogrn', h.ogrn, 'level', h.level, 'founder', h.founder_name) as evidence,
    k.organisation_id is null as is_firing
from held as h
left join kept as k on k.organisation_id = h.organisation_id
