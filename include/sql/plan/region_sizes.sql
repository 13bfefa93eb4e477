SELECT
    region_code,
    coalesce(federal_district, CASE WHEN region_code = '00' THEN 'Федеральные' ELSE 'Без округа' END) AS district,
    region_name AS name,
    count(*)::integer AS pages_count
FROM candidate
GROUP BY region_code, federal_district, region_name
ORDER BY district, name
