"""Where a measurement lives: a directory that is removed afterwards, and what runs in it until then."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from local.children import Child, wait_until
from local.paths import ROOT
from local.ports import free_port


@contextmanager
def workplace() -> Iterator[Path]:
    """A fresh directory that the database's account may enter."""
    base = "/var/tmp" if Path("/var/tmp").is_dir() else None  # noqa: S108 - /tmp may be a small memory disk
    with tempfile.TemporaryDirectory(prefix="gospub-bench-", dir=base, ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        yield Path(place)


def python_env(**more: str) -> dict[str, str]:
    """The caller's environment in which programs find gospub, the sandbox and Airflow's local settings."""
    path = os.pathsep.join(str(ROOT / part) for part in ("plugins", "", "config"))
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    return inherited | {"PYTHONPATH": path} | more


class Sandbox:
    """A sandbox in a process of its own, and its switches."""

    def __init__(self, url: str) -> None:
        self.url = url

    def settings(self, **wanted: object) -> None:
        """Change rate, quotas or latency."""
        requests.post(f"{self.url}/sandbox/settings", json=wanted, timeout=30).raise_for_status()

    def reset(self) -> None:
        """Forget all calls."""
        requests.post(f"{self.url}/sandbox/reset", json={}, timeout=30).raise_for_status()

    def book(self, name: str) -> dict[str, Any]:
        """What the sandbox has booked: `stats` or `asked`."""
        answer = requests.get(f"{self.url}/sandbox/{name}", timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def sandbox(place: Path, *options: str) -> Iterator[Sandbox]:
    """`python -m sandbox serve` with these options on a free port, until the block ends. Raises RuntimeError."""
    port = free_port()
    argv = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), *options]
    child = Child("sandbox", argv, log=place / "sandbox.log", env=python_env(), cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url) or not child.alive, 60)
        if not _answers(url):
            raise RuntimeError(f"the sandbox did not start.\n{child.story()}")
        yield Sandbox(url)
    finally:
        child.stop()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/sandbox/health", timeout=5).ok
    except requests.RequestException:
        return False
