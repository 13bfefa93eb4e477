-- The networks that have published a date, and whether they satisfy the law on that day.
select
    n.platform,
    exists (
        select from registry.network_obligation as m
        where m.platform = n.platform and m.status = 'mandatory_any_of'
            and m.valid_from <= %(snapshot_date)s and m.valid_to > %(snapshot_date)s
    ) as is_mandatory
from ops.night as n
where n.snapshot_date = %(snapshot_date)s and n.published_at is not null
