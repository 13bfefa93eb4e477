INSERT INTO registry.network_obligation (platform, status, valid_from, valid_to, act)
VALUES (%(platform)s, %(status)s, %(valid_from)s, %(valid_to)s, %(act)s)
ON CONFLICT (platform, valid_from) DO UPDATE SET
    status = excluded.status, valid_to = excluded.valid_to, act = excluded.act
