-- The ten best regions of the latest rating, every method.
SELECT run.method, run.snapshot_date, score.place, region.name, score.shown_score, score.measured_share
FROM rating.run
JOIN rating.region_score AS score USING (rating_run_id)
JOIN registry.region USING (region_code)
WHERE
    run.is_latest
    AND run.snapshot_date = (SELECT max(latest.snapshot_date) FROM rating.run AS latest)
    AND score.place <= 10
ORDER BY run.method, score.place, region.name
