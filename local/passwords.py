"""Secrets of one machine: made once, kept in a file that only its owner reads, never printed but for the login."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """What Airflow's processes share. `fernet_key` encrypts connections, the others sign tokens and sessions."""

    admin_password: str
    fernet_key: str
    jwt_secret: str
    api_secret_key: str


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read (never readable by others, not even for a moment)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)


def new_secrets() -> Secrets:
    """Make fresh secrets. A Fernet key is 32 random bytes in url-safe base64."""
    return Secrets(
        admin_password=secrets.token_urlsafe(12),
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt_secret=secrets.token_urlsafe(64),
        api_secret_key=secrets.token_urlsafe(32),
    )


def load_secrets(path: Path) -> Secrets:
    """Return the secrets kept in `path`, making the file when it is missing or unreadable as such."""
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        made = new_secrets()
        write_private(path, json.dumps(asdict(made)))
        return made
