select *
from mart.region_rating
where method = %(method)s
    and place <= %(places)s
    and snapshot_date = coalesce(
        %(snapshot_date)s, (select max(snapshot_date) from rating.run where method = %(method)s)
    )
order by place, region_name
