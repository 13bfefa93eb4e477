insert into rating.method (method, version, title, definition, definition_sha256, valid_from, valid_to)
values (
    %(method)s, %(version)s, %(title)s, %(definition)s, %(definition_sha256)s, %(valid_from)s,
    coalesce(%(valid_to)s, 'infinity'::date)
)
on conflict (method, version) do nothing
