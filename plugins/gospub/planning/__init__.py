"""Planning: opens a night and freezes what to ask: which pages, in which shards, whose posts."""

from gospub.planning.night import Scope, open_night
from gospub.planning.plan import ShardSummary, make_plan

__all__ = ["Scope", "ShardSummary", "make_plan", "open_night"]
