"""Airflow reads this in each of its processes (it is on their import path): quieter, and quicker in tasks.

Great Expectations logs some 200 lines when it is imported and takes about four seconds; tasks are forks of the
scheduler (LocalExecutor) or of a Celery worker, so what those have imported costs them nothing.
"""

from __future__ import annotations

import logging
import sys

logging.getLogger("great_expectations").setLevel(logging.WARNING)


def preload() -> None:
    """Import what tasks will need; for the process whose forks run the tasks."""
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401


if sys.argv[1:2] == ["scheduler"] or sys.argv[1:3] == ["celery", "worker"]:
    preload()
