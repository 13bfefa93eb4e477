"""`python -m bench`: measures, prints one JSON line a figure, and a table at the end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from bench import demo_night, network_calls, parse_time, rate_use
from bench.results import Figure, table

MEASUREMENTS: dict[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "parse_time": parse_time.measure,
    "rate_use": rate_use.measure,
    "network_calls": network_calls.measure,
    "demo_night": demo_night.measure,
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(MEASUREMENTS), metavar="NAME",
        help=f"measure only this (may be repeated): {', '.join(MEASUREMENTS)}",
    )  # fmt: skip
    parser.add_argument("--organisations", type=int, default=3000, help="size of the made-up country (default 3000)")
    parser.add_argument("--nights", type=int, default=2, help="demo_night: nights to run (default 2)")
    parser.add_argument("--parses", type=int, default=7, help="parse_time: runs of each file (default 7)")
    for network, what, number in (("ok", "groups", 17_000), ("telegram", "channels", 5_000), ("max", "chats", 5_000)):
        told = f"network_calls: {what} in {network} (default {number}; 0 leaves the network out)"
        parser.add_argument(f"--{network}-{what}", type=int, default=number, help=told)
    return parser.parse_args()


def main() -> int:
    """Measure; exit 1 when a measurement could not be made. A missed target is told, not an error: times are noisy."""
    options = arguments()
    figures: list[Figure] = []
    failed = False
    for name in options.only or MEASUREMENTS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            for figure in MEASUREMENTS[name](options):
                print(figure.line(), flush=True)
                figures.append(figure)
        except RuntimeError as error:
            print(f"{name} could not be measured: {error}", file=sys.stderr)
            failed = True
    print(f"\n{table(figures)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
