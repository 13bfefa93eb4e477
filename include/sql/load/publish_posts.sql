-- Posts that no earlier night has seen; what is kept of a post is what it was when it was first seen.
INSERT INTO history.post (
    page_id, post_id, published_at, first_seen_on, is_repost, is_ad, text_hash, text_length
)
SELECT
    seen.page_id,
    seen.post_id,
    seen.published_at,
    seen.snapshot_date,
    seen.is_repost,
    seen.is_ad,
    seen.text_hash,
    seen.text_length
FROM staging.post AS seen
INNER JOIN publication_page AS page ON seen.page_id = page.page_id
INNER JOIN staging.page_wall AS wall
    ON
        seen.page_id = wall.page_id AND wall.snapshot_date = %(snapshot_date)s
        AND wall.posts_outcome = 'measured'
WHERE seen.snapshot_date = %(snapshot_date)s AND seen.published_at >= %(window_from)s
ON CONFLICT DO NOTHING
