SELECT
    count(*) FILTER (WHERE verdict IN ('resolved', 'given')) AS resolved,
    count(*) FILTER (WHERE verdict = 'unknown_name') AS unknown_name,
    count(*) FILTER (WHERE verdict = 'not_a_community') AS not_a_community,
    count(*) FILTER (WHERE survivor_id <> page_id) AS merged
FROM answered
