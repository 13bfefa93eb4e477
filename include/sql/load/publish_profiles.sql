-- A new interval only where the facts differ from the current one. Pages that are banned, gone or were not reached
-- keep theirs. NULLs stay out of the hash, so that a column added later is a change only once it is delivered.
CREATE TEMPORARY TABLE changed_profile ON COMMIT DROP AS
WITH tonight AS (
    SELECT
        profile.page_id,
        sha256(convert_to(
            jsonb_strip_nulls(to_jsonb(profile) - %(not_facts)s::text [])::text, 'UTF8'
        )) AS profile_hash
    FROM staging.page_profile AS profile
    INNER JOIN publication_page AS page ON profile.page_id = page.page_id
    WHERE
        profile.snapshot_date = %(snapshot_date)s
        AND (profile.outcome = 'ok' OR (profile.outcome = 'closed' AND profile.name IS NOT NULL))
)

SELECT
    tonight.page_id,
    tonight.profile_hash
FROM tonight
LEFT JOIN history.page_profile AS known ON tonight.page_id = known.page_id AND known.valid_to = 'infinity'
WHERE tonight.profile_hash IS DISTINCT FROM known.profile_hash;

UPDATE history.page_profile AS known SET valid_to = %(snapshot_date)s
FROM changed_profile
WHERE known.page_id = changed_profile.page_id AND known.valid_to = 'infinity';

-- The facts travel by column name: a column added to both tables needs no edit here.
INSERT INTO history.page_profile
SELECT version.*
FROM changed_profile
INNER JOIN staging.page_profile AS profile
    ON changed_profile.page_id = profile.page_id AND profile.snapshot_date = %(snapshot_date)s
CROSS JOIN LATERAL jsonb_populate_record(
    NULL::history.page_profile,
    to_jsonb(profile) || jsonb_build_object(
        'valid_from', %(snapshot_date)s, 'valid_to', 'infinity', 'profile_hash', changed_profile.profile_hash
    )
) AS version
