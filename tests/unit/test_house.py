"""The house law, read from the files: who may import whom, how long files and functions are, which names are free."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
PRODUCT = ("dags", "plugins", "sandbox", "local", "bench")
STAGES = ("registry", "planning", "crawling", "quality", "publishing", "rating", "alerts")
HEAVY = {"great_expectations", "pandas"}
AIRFLOW_MODULES = {"plugins/gospub/airflow_bridge.py", "plugins/gospub_ui.py"}
OWN_PACKAGES = {"gospub", "sandbox", "local", "bench", "tests"}


def python_files(*folders: str) -> list[Path]:
    """The Python files under these folders of the checkout."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path, nodes: Iterator[ast.AST] | None = None) -> set[str]:
    """Dotted names of the modules that a file imports anywhere, relative imports resolved."""
    found: set[str] = set()
    for node in nodes or ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _package(path, node.level) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def top_level_imports(path: Path) -> set[str]:
    """What merely importing the file imports: function bodies and TYPE_CHECKING blocks are left out."""
    return imports(path, _executed_at_import(tree(path).body))


def _package(path: Path, level: int) -> list[str]:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "plugins" else parts
    return parts[:-level]


def _executed_at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        for inner in ("body", "orelse", "finalbody"):
            yield from _executed_at_import(getattr(node, inner, []))
        for handler in getattr(node, "handlers", []):
            yield from _executed_at_import(handler.body)


def within(modules: set[str], *packages: str) -> set[str]:
    """Those of the modules that are one of the packages or lie in it."""
    return {name for name in modules for package in packages if name == package or name.startswith(f"{package}.")}


def told(broken: dict[str, object]) -> str:
    """The offenders, one a line."""
    return "\n".join(f"{place}: {what}" for place, what in sorted(broken.items()))


def name_of(path: Path) -> str:
    """The path as one writes it."""
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_the_law_allows():
    lengths = {name_of(p): p.read_text(encoding="utf-8").count("\n") for p in python_files(*PRODUCT, "tests")}
    assert lengths, "no file was found: the law would hold for nothing"
    broken = {place: lines for place, lines in lengths.items() if lines > LONGEST_FILE}
    assert not broken, told(broken)


def test_no_function_is_longer_than_the_law_allows():
    broken = {
        f"{name_of(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in python_files(*PRODUCT, "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert not broken, told(broken)


def test_every_module_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in python_files(*PRODUCT, "tests")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert not silent, silent


def test_one_module_of_gospub_knows_airflow():
    files = [path for path in python_files("plugins") if name_of(path) not in AIRFLOW_MODULES]
    broken = {name_of(path): found for path in files if (found := within(imports(path), "airflow"))}
    assert not broken, told(broken)


def test_dags_import_airflow_sdk_and_gospub_and_nothing_else():
    broken = {}
    for path in python_files("dags"):
        roots = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names)
        strangers = roots - {"airflow", "gospub"}
        deep = within(imports(path), "airflow") - within(imports(path), "airflow.sdk") - {"airflow"}
        if strangers or deep:
            broken[name_of(path)] = strangers | deep
    assert not broken, told(broken)


def test_a_platform_knows_http_and_nothing_of_the_warehouse():
    files = python_files("plugins/gospub/platforms")
    forbidden = ("psycopg2", "sqlalchemy", "gospub.warehouse", *(f"gospub.{stage}" for stage in STAGES))
    broken = {name_of(path): found for path in files if (found := within(imports(path), *forbidden))}
    assert not broken, told(broken)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_hands_over_through_tables_not_by_importing_another_stage(stage: str):
    others = [f"gospub.{other}" for other in STAGES if other != stage]
    files = python_files(f"plugins/gospub/{stage}")
    broken = {name_of(path): found for path in files if (found := within(imports(path), *others))}
    assert not broken, told(broken)


def test_heavy_libraries_are_imported_inside_functions():
    files = python_files("plugins", "dags", "config")
    broken = {name_of(path): found for path in files if (found := within(top_level_imports(path), *HEAVY))}
    assert not broken, told(broken)


def test_production_code_knows_neither_the_sandbox_nor_the_local_machine():
    files = python_files("plugins", "dags", "config")
    broken = {name_of(path): found for path in files if (found := within(imports(path), "sandbox", "local", "tests"))}
    assert not broken, told(broken)


def test_the_sandbox_knows_nothing_of_gospub():
    files = python_files("sandbox")
    broken = {name_of(path): found for path in files if (found := within(imports(path), "gospub", "local"))}
    assert not broken, told(broken)


def test_no_module_bears_the_name_of_another_library():
    taken = (set(sys.stdlib_module_names) | set(packages_distributions())) - OWN_PACKAGES
    files = [path for path in python_files(*PRODUCT) if not path.stem.startswith("__")]
    packages = {path.parent for path in python_files(*PRODUCT) if path.name == "__init__.py"}
    broken = {name_of(path): path.stem for path in files if path.stem in taken}
    broken |= {name_of(path): path.name for path in packages if path.name in taken}
    assert not broken, told(broken)


def test_airflow_does_not_load_gospub_file_by_file():
    ignored = (ROOT / "plugins" / ".airflowignore").read_text(encoding="utf-8").split()
    assert "gospub/" in ignored or "gospub" in ignored


def test_sql_takes_time_as_a_parameter():
    clocks = ("now()", "current_date", "current_timestamp", "clock_timestamp", "localtimestamp", "statement_timestamp")
    broken = {
        f"{name_of(path)}:{number}": line.strip()
        for path in sorted((ROOT / "include" / "sql").rglob("*.sql"))
        for number, line in enumerate(path.read_text(encoding="utf-8").lower().splitlines(), 1)
        if any(clock in line.split("--")[0] for clock in clocks)
    }
    assert not broken, told(broken)


def test_the_law_reader_sees_imports_that_hide():
    source = "def f():\n    import pandas\nif True:\n    from airflow.sdk import dag\n"
    parsed = ast.parse(source)
    assert imports(ROOT / "x.py", ast.walk(parsed)) == {"pandas", "airflow.sdk", "airflow.sdk.dag"}
    assert imports(ROOT / "x.py", _executed_at_import(parsed.body)) == {"airflow.sdk", "airflow.sdk.dag"}
