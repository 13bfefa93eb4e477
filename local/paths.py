"""Where one machine keeps its state: everything under var/ of the checkout, which git ignores."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

VAR = Path(os.environ.get("GOSPUB_VAR", ROOT / "var")).resolve()
"""State of the demo: databases, logs, passwords. GOSPUB_VAR moves it."""


def short_directory(purpose: Path) -> Path:
    """Return a private directory with a short, stable path that stands in for `purpose`.

    Unix socket paths end at about 104 bytes, and another OS user may be unable to enter the checkout.
    Raises PermissionError when someone else already owns the place.
    """
    digest = hashlib.sha256(str(purpose.resolve()).encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir() if os.name == "nt" else "/var/tmp") / f"gospub-{os.getuid()}-{digest}"  # noqa: S108
    place.mkdir(mode=0o711, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.getuid():
        raise PermissionError(f"{place} is somebody else's: remove it, or set GOSPUB_VAR to a short path")
    return place
