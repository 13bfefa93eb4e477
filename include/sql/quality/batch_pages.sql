-- One row per page that the run judges, staged rows or not.
SELECT
    page.page_id,
    page.region_code,
    profile.outcome::text AS outcome,
    wall.posts_outcome::text AS posts_outcome,
    profile.members_count,
    profile.trust_mark,
    profile.installed_apps_count,
    profile.screen_name,
    wall.wall_posts_count,
    CASE
        WHEN profile.outcome <> 'failed' THEN extract(EPOCH FROM profile.observed_at - %(night_from)s) / 3600
    END::double precision AS profile_hour,
    CASE
        WHEN wall.posts_outcome = 'measured' THEN extract(EPOCH FROM wall.observed_at - %(night_from)s) / 3600
    END::double precision AS wall_hour,
    CASE
        WHEN profile.outcome IN ('failed', 'not_found')
            THEN num_nonnulls(profile.members_count, profile.has_mark, profile.name, profile.trust_mark)
        ELSE 0
    END
    + CASE WHEN wall.posts_outcome = 'failed' THEN num_nonnulls(wall.wall_posts_count) ELSE 0 END
        AS facts_without_answer_count,
    (profile.outcome = 'failed' AND profile.reason IS NULL)::integer
    + (wall.posts_outcome = 'failed' AND wall.reason IS NULL)::integer AS unexplained_failures_count,
    (
        profile.outcome IN ('banned', 'deleted', 'not_found') AND wall.posts_outcome = 'measured'
    )::integer AS posts_of_gone_page_count
FROM ops.publication_page AS page
LEFT JOIN staging.page_profile AS profile
    ON page.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
LEFT JOIN staging.page_wall AS wall
    ON page.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
WHERE page.run_id = %(run_id)s AND page.snapshot_date = %(snapshot_date)s
