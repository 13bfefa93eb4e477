-- Keep what a network said of screen names. Two names of one id become one page; the page known longest survives.
DROP TABLE IF EXISTS pg_temp.answered, pg_temp.merged;
CREATE TEMPORARY TABLE answered ON COMMIT DROP AS
SELECT
    p.page_id, s.native_id, s.verdict,
    CASE
        WHEN s.native_id IS NULL THEN p.page_id
        ELSE coalesce(known.page_id, min(p.page_id) OVER (PARTITION BY s.native_id))
    END AS survivor_id
FROM unnest(%(names)s::text [], %(native_ids)s::text [], %(verdicts)s::text []) AS s (screen_name, native_id, verdict)
INNER JOIN registry.page_alias AS n ON n.platform = %(platform)s AND s.screen_name = n.screen_name
INNER JOIN registry.page AS p ON n.page_id = p.page_id AND p.native_id IS NULL
LEFT JOIN registry.page AS known ON known.platform = %(platform)s AND s.native_id = known.native_id;

UPDATE registry.page AS p SET native_id = a.native_id, resolution = a.verdict, resolved_at = %(moment)s
FROM answered AS a
WHERE p.page_id = a.page_id AND a.survivor_id = a.page_id;

UPDATE registry.page_alias AS n SET page_id = a.survivor_id
FROM answered AS a
WHERE n.page_id = a.page_id AND a.survivor_id <> a.page_id;

-- Pages that turn out to be another: their intervals end here and go on as the survivor's, one organisation's only.
CREATE TEMPORARY TABLE merged ON COMMIT DROP AS
SELECT
    a.page_id, a.survivor_id, g.organisation_id, g.valid_from, g.link,
    row_number() OVER (PARTITION BY a.survivor_id ORDER BY g.valid_from, a.page_id) AS turn,
    held.organisation_id AS holder_id
FROM answered AS a
INNER JOIN registry.page_assignment AS g ON a.page_id = g.page_id AND g.valid_to = 'infinity'
LEFT JOIN registry.page_assignment AS held ON a.survivor_id = held.page_id AND held.valid_to = 'infinity'
WHERE a.survivor_id <> a.page_id;

DELETE FROM registry.page_assignment AS g USING merged AS m
WHERE g.page_id = m.page_id AND g.valid_to = 'infinity' AND g.valid_from >= %(today)s;

UPDATE registry.page_assignment AS g SET valid_to = %(today)s FROM merged AS m
WHERE g.page_id = m.page_id AND g.valid_to = 'infinity';

-- A renamed page: its old name was closed today in favour of the new one. It is the same page, so nothing happened.
UPDATE registry.page_assignment AS g SET valid_to = 'infinity', link = m.link FROM merged AS m
WHERE
    g.page_id = m.survivor_id AND g.valid_to = %(today)s AND g.organisation_id = m.organisation_id
    AND m.turn = 1 AND m.holder_id IS NULL;

INSERT INTO registry.page_assignment (page_id, organisation_id, valid_from, link)
SELECT m.survivor_id, m.organisation_id, %(today)s, m.link FROM merged AS m
WHERE m.turn = 1 AND m.holder_id IS NULL AND NOT EXISTS (
    SELECT FROM registry.page_assignment AS g WHERE g.page_id = m.survivor_id AND g.valid_to = 'infinity'
);

INSERT INTO ops.rejected (source, source_name, page_id, column_name, value, reason, rejected_at)
SELECT
    'registry' AS source, %(source_name)s, m.survivor_id, 'screen_name' AS column_name, m.link,
    'the same page is claimed by another organisation, ОГРН ' || o.ogrn || ', which keeps it' AS reason,
    %(moment)s AS rejected_at
FROM merged AS m
INNER JOIN registry.page_assignment AS g ON m.survivor_id = g.page_id AND g.valid_to = 'infinity'
INNER JOIN registry.organisation AS o ON g.organisation_id = o.organisation_id
WHERE g.organisation_id <> m.organisation_id
ORDER BY m.page_id;

-- A page that no night can have seen leaves nothing behind; any other stays as what its past nights were about.
DELETE FROM registry.page AS p USING answered AS a
WHERE
    p.page_id = a.page_id AND a.survivor_id <> a.page_id AND p.first_seen_on = %(today)s
    AND NOT EXISTS (SELECT FROM registry.page_assignment AS g WHERE g.page_id = p.page_id)
    AND NOT EXISTS (SELECT FROM ops.crawl_plan AS c WHERE c.page_id = p.page_id AND c.snapshot_date = %(today)s);
