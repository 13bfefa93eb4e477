select encode(sha256(convert_to(string_agg(part, '|' order by part), 'UTF8')), 'hex') as inputs_sha256
from (
    select concat_ws(':', criterion, region_code, hash) as part
    from criterion_hash
    where criterion = any(%(criteria)s) and (is_mandatory or %(is_every_network)s)
    union all
    select concat_ws(':', 'population', region_code, population)
    from rated_region
    union all
    select %(definition_sha256)s
) as input
