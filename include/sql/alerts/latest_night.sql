select
    coalesce(bool_or(snapshot_date = %(snapshot_date)s and platform = %(platform)s), false) as is_published,
    max(snapshot_date) filter (where platform = %(platform)s) as latest_on,
    max(snapshot_date) as latest_of_any_on
from ops.night
where published_at is not null
