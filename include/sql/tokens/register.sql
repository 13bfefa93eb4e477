INSERT INTO ops.token (fingerprint, platform, state, changed_at)
VALUES (%(fingerprint)s, %(platform)s, 'live', %(moment)s)
ON CONFLICT (fingerprint) DO NOTHING
