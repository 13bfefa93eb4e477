-- Absences of posts that were dropped with their partition.
DELETE FROM history.post_absence WHERE published_at < %(before)s
