"""Crawling: asks the networks what the plan says, and lands the answers in staging with the plan's done marks."""

from gospub.crawling.closing import close_dead_shards
from gospub.crawling.runs import Run, run_of
from gospub.crawling.shard import crawl_shard

__all__ = ["Run", "close_dead_shards", "crawl_shard", "run_of"]
