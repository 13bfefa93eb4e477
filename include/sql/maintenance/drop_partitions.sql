SELECT ops.drop_partitions(%(parent)s, %(before)s) AS dropped
