-- Open alerts by rule: how many, and the ten newest of each.
SELECT rule, severity, title, region_name, opened_on, rule_count
FROM (
    SELECT
        alert.rule, alert.severity, alert.title, region.name AS region_name, alert.opened_on,
        count(*) OVER (PARTITION BY alert.rule) AS rule_count,
        row_number() OVER (PARTITION BY alert.rule ORDER BY alert.opened_on DESC, alert.alert_id) AS position
    FROM alerts.alert
    LEFT JOIN registry.region USING (region_code)
    WHERE alert.resolved_at IS NULL
) AS numbered
WHERE position <= 10
ORDER BY rule, position
