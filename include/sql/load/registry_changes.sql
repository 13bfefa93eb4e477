SELECT
    (SELECT count(*) FROM version_change WHERE is_new) AS organisations_added,
    (SELECT count(*) FROM version_change WHERE NOT is_new) AS organisations_changed,
    (SELECT count(*) FROM closing_organisation) AS organisations_closed,
    (SELECT count(*) FROM assignment_change WHERE is_new) AS pages_added,
    (SELECT count(*) FROM assignment_change WHERE NOT is_new) AS pages_moved,
    (SELECT count(*) FROM closing_page) AS pages_closed,
    (SELECT count(*) FROM manager_change WHERE is_new) AS managers_added,
    (SELECT count(*) FROM manager_change WHERE NOT is_new) AS managers_changed,
    (SELECT count(*) FROM closing_manager) AS managers_closed
