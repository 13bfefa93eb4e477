"""Memory of a tree of processes, by what each of them is: proportional set size, so that shared pages count once."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import psutil

_MIB = 1024 * 1024
_TASK = "airflow worker -- "
_EXECUTOR = "LocalExecutor"


class MemorySampler:
    """Samples a process and all below it until it is stopped. In MiB: `peaks` of all processes of a kind together,
    `largest` process of a kind, `tasks` by the id of the task instance.
    """

    def __init__(self, pid: int, seconds: float = 0.5) -> None:
        self.peaks: dict[str, float] = defaultdict(float)
        self.tasks: dict[str, float] = defaultdict(float)
        self.largest: dict[str, float] = defaultdict(float)
        self.samples = 0
        self._root, self._seconds = psutil.Process(pid), seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)

    def __enter__(self) -> MemorySampler:
        """Begin. Raises RuntimeError where the kernel does not tell proportional sizes."""
        if not Path("/proc/self/smaps_rollup").exists():
            raise RuntimeError("this system does not tell the proportional size of a process (Linux does)")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._seconds):
            self._sample()

    def _sample(self) -> None:
        sums: dict[str, float] = defaultdict(float)
        try:
            tree = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in tree:
            try:
                title = " ".join(process.cmdline()).strip()
                size = _pss(process.pid)
                kind = _kind(process.pid, title)
            except (psutil.Error, OSError):
                continue  # it ended between two looks
            sums["everything"] += size
            if kind.startswith(_TASK):
                task, kind = kind.removeprefix(_TASK), "task processes"
                self.tasks[task] = max(self.tasks[task], size)
            sums[kind] += size
            self.largest[kind] = max(self.largest[kind], size)
        self.samples += 1
        for kind, size in sums.items():
            self.peaks[kind] = max(self.peaks[kind], size)


def _pss(pid: int) -> float:
    """MiB, from the kernel's own sum: a walk through all mappings would disturb what it measures."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / _MIB
    return 0.0


def _kind(pid: int, title: str) -> str:
    """What a process is. Airflow's components are forks of one program: their logs tell them apart."""
    if title.startswith(_TASK):
        return "task supervisors" if _EXECUTOR in title else title
    if title.startswith("postgres") or "/postgres " in title:
        return "PostgreSQL"
    if "-m sandbox" in title:
        return "sandbox"
    component = Path(f"/proc/{pid}/fd/1").readlink().stem
    names = {"api-server", "scheduler", "dag-processor", "triggerer"}
    return component if component in names else "launcher"


def merged(peaks: dict[str, float], name_of: Callable[[str], str]) -> dict[str, float]:
    """The highest of the peaks that bear the same name."""
    found: dict[str, float] = defaultdict(float)
    for key, size in peaks.items():
        found[name_of(key)] = max(found[name_of(key)], size)
    return dict(found)
