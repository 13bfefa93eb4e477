-- What single pages and organisations gave to old ratings; the regions' results stay, and history can make it anew.
WITH old AS (
    SELECT rating_run_id FROM rating.run WHERE snapshot_date < %(before)s
),

pages AS (
    DELETE FROM rating.page_criterion USING old WHERE page_criterion.rating_run_id = old.rating_run_id
    RETURNING 1
),

organisations AS (
    DELETE FROM rating.organisation_criterion USING old WHERE organisation_criterion.rating_run_id = old.rating_run_id
    RETURNING 1
)

SELECT 1 FROM pages
UNION ALL
SELECT 1 FROM organisations
