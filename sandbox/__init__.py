"""A stand-in for the social networks: one seeded world of official pages, served in the networks' wire formats.

The truth, which tests compare the warehouse with (stable names; everything is a pure function of the world's seed):

    world = World(seed=1, organisations=3000, first_night=date(2026, 11, 22))
    world.organisations             a sequence of Organisation (ogrn, name, region.code, managers, exemption_ground …)
    world.pages("vk")               a sequence of Page (native_id, number, organisation, is_second); "ok", "telegram"
                                    and "max" also have find(native_id), by_number(number), by_post_id(id)
    world.truth(page, night)        PageTruth: state, name, members_count, is_government_organization, menu … that night
    world.posts(page, night, since) list of PostTruth, newest first: id, published_at, text, views, likes, comments …
    world.events(night, "vk")       list of Event(kind, page, night): what this night is the first to show
    world.planted(page)             the change planted on this page, if any

A night is a date of Europe/Moscow. Whatever second of that day is asked, the answer is the same: profiles are as of the
date, and posts are those published before its midnight. `sandbox.testing.running_sandbox` serves a world to a test.
"""

from sandbox.world import World

__all__ = ["World"]
