DELETE FROM ops.token_usage WHERE booked_at < %(before)s
