select
    a.alert_id,
    a.rule,
    a.severity,
    a.region_code,
    r.name as region_name,
    a.title,
    a.evidence,
    a.opened_on,
    a.last_seen_on,
    a.acknowledged_at,
    a.acknowledged_by,
    a.resolved_at,
    a.resolution
from alerts.alert as a
left join registry.region as r on r.region_code = a.region_code
where (%(is_with_resolved)s or a.resolved_at is null)
    and (%(region_code)s::text is null or a.region_code = %(region_code)s)
    and (%(rule)s::text is null or a.rule = %(rule)s)
order by
    a.resolved_at is not null,
    case a.severity when 'critical' then 0 when 'warning' then 1 else 2 end,
    a.opened_on desc,
    a.alert_id
limit %(limit)s
