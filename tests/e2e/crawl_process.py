"""A task of its own process, to be killed: crawls shards of a run, one after another, and says how each ended.

python -m tests.e2e.crawl_process '{"dsn": …, "base_url": …, "tokens": […], "limits": {…}, "run_id": 1, "shards": [0]}'
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from gospub import night
from gospub.access import Access, Limits, Token
from gospub.errors import GospubError
from gospub.paths import PROJECT
from tests.e2e.vk_nights import Country


def main(told: dict[str, Any]) -> None:
    """Crawl, and print one line a shard: its counts, or the error."""
    tokens = tuple(Token(secret) for secret in told["tokens"])
    access = Access("vk", told["base_url"], tokens, Limits(**told["limits"]))
    for shard in told["shards"]:
        try:
            print(json.dumps(night.crawl_shard(told["dsn"], access, told["run_id"], shard)), flush=True)  # noqa: T201
        except GospubError as error:
            print(json.dumps({"error": type(error).__name__, "told": str(error)}), flush=True)  # noqa: T201


@contextmanager
def crawling(found: Country, run_id: int, shards: Sequence[int]) -> Iterator[subprocess.Popen[str]]:
    """A process that crawls these shards; it is ended with the block."""
    told = {
        "dsn": found.dsn,
        "base_url": found.access.base_url,
        "tokens": [token.secret for token in found.access.tokens],
        "limits": asdict(found.access.limits),
        "run_id": run_id,
        "shards": list(shards),
    }
    command = [sys.executable, "-m", "tests.e2e.crawl_process", json.dumps(told)]
    environment = {"PYTHONPATH": f"{PROJECT / 'plugins'}:{PROJECT}"}
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_inherited(), **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "GOSPUB_CLOCK_FILE", "LANG") if name in os.environ}


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
