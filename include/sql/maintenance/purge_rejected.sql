DELETE FROM ops.rejected WHERE rejected_at < %(before)s
