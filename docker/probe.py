"""Health check of a container: fetch a URL; with a name as well, that part of the JSON answer must be healthy."""

import json
import sys
from urllib.request import urlopen


def healthy(url: str, part: str | None) -> bool:
    """Whether the URL answers 200 and, when a part is named, says that it is healthy."""
    with urlopen(url, timeout=8) as answer:  # noqa: S310 - the URL comes from docker-compose.yaml
        if part is None:
            return bool(answer.status == 200)
        return json.load(answer).get(part, {}).get("status") == "healthy"


if __name__ == "__main__":
    sys.exit(not healthy(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
