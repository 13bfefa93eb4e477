"""Crawling: asks the networks what the plan says, and lands the answers in staging with the plan's done marks."""

from gospub.crawling.closing import close_dead_shards
from gospub.crawling.shard import crawl_shard

__all__ = ["close_dead_shards", "crawl_shard"]
