insert into rating.run (
    snapshot_date, method, version, revision, is_latest, inputs_sha256,
    pages_count, pages_measured_count, pages_carried_count, rated_at
)
select
    %(snapshot_date)s,
    %(method)s,
    %(version)s,
    1 + coalesce((
        select max(revision) from rating.run where snapshot_date = %(snapshot_date)s and method = %(method)s
    ), 0),
    true,
    %(inputs_sha256)s,
    count(*),
    count(*) filter (where seen_on = %(snapshot_date)s),
    count(*) filter (where seen_on < %(snapshot_date)s),
    %(moment)s
from rated_page
where is_collected and (is_mandatory or %(is_every_network)s)
returning rating_run_id, revision
