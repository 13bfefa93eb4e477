INSERT INTO registry.region (
    region_code, name, short_name, kind, constitution_no, iso_code, okato_prefix, oktmo_prefix,
    federal_district, time_zone, population, population_18plus, is_rated
) VALUES (
    %(code)s, %(name)s, %(short)s, %(type)s, %(constitution_no)s, %(iso_3166_2)s, %(okato_prefix)s, %(oktmo_prefix)s,
    %(federal_district)s, %(time_zone)s, %(population)s, %(population_18plus)s, %(constitution_no)s IS NOT NULL
)
ON CONFLICT (region_code) DO UPDATE SET
    name = excluded.name, short_name = excluded.short_name, kind = excluded.kind,
    constitution_no = excluded.constitution_no, iso_code = excluded.iso_code, okato_prefix = excluded.okato_prefix,
    oktmo_prefix = excluded.oktmo_prefix, federal_district = excluded.federal_district,
    time_zone = excluded.time_zone, population = excluded.population,
    population_18plus = excluded.population_18plus, is_rated = excluded.is_rated
