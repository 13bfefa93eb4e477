-- One row per candidate: its shard by its place within its region, and its posts by priority as far as the quota goes.
-- Priority: never answered first, then the nights since the last answer; activity and size are worth less than three
-- nights together, so that every page's turn comes.
WITH prepared AS (
    SELECT
        page_id,
        native_id,
        region_code,
        coalesce(posts_30d_count, %(unknown_posts_count)s)::integer AS expected_posts_count,
        coalesce(%(snapshot_date)s::date - answered_on, %(memory_days)s + 3)
        + least(coalesce(posts_30d_count, 0), 60) / 60.0
        + least(ln(greatest(coalesce(members_count, 1), 1)) / ln(1e6), 1.0) AS posts_priority,
        row_number() OVER (PARTITION BY region_code ORDER BY page_id) AS place
    FROM candidate
),

costed AS (
    SELECT
        *,
        sum(greatest(1, ceil(expected_posts_count / 100.0)))
            OVER (ORDER BY posts_priority DESC, page_id) AS calls_so_far
    FROM prepared
    WHERE native_id IS NOT NULL
),

slice AS (
    SELECT *
    FROM
        unnest(
            %(slice_regions)s::text [], %(slice_firsts)s::integer [], %(slice_lasts)s::integer [], %(slice_shards)s::integer []
        ) AS s (region_code, first_place, last_place, shard_no)
)

INSERT INTO ops.crawl_plan (
    snapshot_date, page_id, platform, shard_no, region_code, native_id,
    expected_posts_count, posts_priority, is_posts_planned
)
SELECT
    %(snapshot_date)s,
    p.page_id,
    %(platform)s,
    s.shard_no,
    p.region_code,
    p.native_id,
    p.expected_posts_count,
    p.posts_priority,
    coalesce(c.calls_so_far <= %(wall_calls_budget)s, false)
FROM prepared AS p
INNER JOIN slice AS s ON p.region_code = s.region_code AND p.place BETWEEN s.first_place AND s.last_place
LEFT JOIN costed AS c ON p.page_id = c.page_id
