"""`make clean-state`: forget the demo, its databases, logs and passwords. Refuses while it runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from local.paths import VAR
from local.postgres import demo_server

_OURS = ("airflow", "log", "postgres", "registry", "rejected", "clock", "demo.json")


def forget(places: list[Path]) -> None:
    """Remove files and directories, saying which."""
    for place in places:
        if place.is_dir():
            shutil.rmtree(place)
        elif place.exists():
            place.unlink()
        else:
            continue
        print(f"removed {place}")


def main() -> int:
    """Remove what the demo has made, wherever the server's home had to be; nothing else in var/ is touched."""
    server = demo_server()
    if server.answers:
        print("the demo's database is running: stop `make demo` (Ctrl-C) first", file=sys.stderr)
        return 1
    forget([server.sockets, server.home, *(VAR / name for name in _OURS)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
