select *
from mart.region_rating_criterion
where method = %(method)s
    and region_code = %(region_code)s
    and snapshot_date = coalesce(
        %(snapshot_date)s, (select max(snapshot_date) from rating.run where method = %(method)s)
    )
order by block_title desc, weight desc, criterion
