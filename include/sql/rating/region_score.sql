-- Scores and places. Criteria without a measurement are left out and the rest is scaled up, so that our failures cost
-- nobody a point; below the method's floor a region gets no place but a reason. Ties are decided on the rounded score
-- that people see.
insert into rating.region_score (
    rating_run_id, region_code, score, shown_score, place, measured_share, unrated_reason
)
with declared as (
    select *
    from jsonb_to_recordset(%(criteria)s) as c (criterion text, weight double precision, is_share_basis boolean)
),
summed as (
    select
        r.region_code,
        sum(r.points order by r.criterion) * %(points)s / sum(d.weight) filter (where r.points is not null) as score,
        sum(d.weight * r.measured_count / r.subjects_count order by r.criterion)
        filter (where d.is_share_basis and r.subjects_count > 0)
        / sum(d.weight) filter (where d.is_share_basis and r.subjects_count > 0) as measured_share
    from rating.region_criterion as r
    inner join declared as d on d.criterion = r.criterion
    where r.rating_run_id = %(rating_run_id)s
    group by r.region_code
),
judged as (
    select
        region_code,
        score,
        round(score::numeric, %(decimals)s) as shown_score,
        measured_share,
        case
            when measured_share is null then 'в реестре нет ни одной страницы региона'
            when measured_share < %(measured_share_floor)s
                then 'измерено ' || trunc(100 * measured_share) || ' %% страниц при пороге '
                    || round(100 * %(measured_share_floor)s) || ' %%'
            when score is null then 'не измерен ни один критерий'
        end as unrated_reason
    from summed
),
placed as (
    select
        region_code,
        case %(ranking)s
            when 'dense' then dense_rank() over (order by shown_score desc)
            when 'competition' then rank() over (order by shown_score desc)
            when 'ordinal' then row_number() over (order by shown_score desc, score desc, region_code)
        end as place
    from judged
    where unrated_reason is null
)
select
    %(rating_run_id)s,
    j.region_code,
    case when p.place is not null then j.score end,
    case when p.place is not null then j.shown_score end,
    p.place,
    coalesce(j.measured_share, 0),
    j.unrated_reason
from judged as j
left join placed as p on p.region_code = j.region_code
