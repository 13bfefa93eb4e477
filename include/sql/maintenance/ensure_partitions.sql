SELECT ops.ensure_partitions(%(night)s, %(months_ahead)s) AS made
