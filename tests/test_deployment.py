"""The image, compose.yaml and the units: read by their own linters, compared with the project, started as processes."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import yaml

from assistant.settings import Settings, load_settings
from eval.topology_services import nginx_process
from tests.test_project import OURS, ROOT
from ui.app import LARGEST_UPLOAD
from ui.stopping import DRAIN_SECONDS

DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICE = COMPOSE["services"]["missiondesk"]
REPLICAS = yaml.safe_load((ROOT / "compose.replicas.yaml").read_text(encoding="utf-8"))["services"]
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
BIN = Path(sys.executable).parent
MOST_EXPOSED = {"missiondesk.service": 15, "missiondesk-backup.service": 10}
"""Tenths of the levels 0 to 10 of `systemd-analyze security`; 20 counts as safe there."""
DRAINED = DRAIN_SECONDS + load_settings().chat_seconds + 10
"""Seconds: see `ui.stopping` and `ui.server.serve`."""


def can_isolate() -> bool:
    """Containers often forbid what bubblewrap needs."""
    if shutil.which("bwrap") is None:
        return False
    return (
        subprocess.run(["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"], capture_output=True).returncode == 0
    )


with_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")

LIVED = """
set -e
key=$(missiondesk keys create --role researcher)
missiondesk ingest ui/samples/documents/ro-curs-limba-romana.md --audience public
touch /usr/written /var/lib/written 2>/dev/null && exit 9
missiondesk serve & server=$!
missiondesk ready --wait 150
python - "$key" <<'END'
import json, sys, urllib.request
body = json.dumps({"question": "Cât durează cursul de limba română?"}).encode()
headers = {"Authorization": f"Bearer {sys.argv[1]}", "Content-Type": "application/json"}
request = urllib.request.Request("http://127.0.0.1:8000/v1/ask", body, headers)
print("ANSWER", json.load(urllib.request.urlopen(request))["text"])
END
backup /var/backups/missiondesk 30
kill -TERM $server
wait $server
echo "ENDED $?"
"""


def words_of(command: list[str | Path], timeout: float = 60) -> tuple[int, str]:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=ROOT)
    return ended.returncode, ended.stdout + ended.stderr


# -- the image ---------------------------------------------------------------------------------------------------------


def test_the_image_passes_its_linter() -> None:
    assert words_of([BIN / "hadolint", "Dockerfile"]) == (0, "")


def test_the_image_takes_the_same_torch() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    [torch] = [line for line in dependencies if line.startswith("torch")]
    assert f'"{torch}"' in DOCKERFILE


def test_the_image_copies_every_package_and_nothing_is_held_back() -> None:
    copied = {word for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]}
    assert set(OURS) <= copied
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert ignored[1] == "*", "what is not named stays out"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_the_image_runs_as_nobody_in_particular_and_tells_its_health() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    user = re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert len(user) == 1
    assert "0" not in user[0]
    assert re.search(r'^HEALTHCHECK .*CMD \["missiondesk", "ready"\]$', last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["missiondesk"\]\nCMD \["serve"\]$', last, re.MULTILINE)


def test_the_scripts_pass_their_linter() -> None:
    started = [path for folder in (DEPLOY, ROOT / "scripts") for path in folder.iterdir() if path.is_file()]
    shell = [path for path in started if path.read_bytes().startswith((b"#!/bin/sh", b"#!/usr/bin/env bash"))]
    assert len(shell) >= 6
    assert words_of([BIN / "shellcheck", *shell]) == (0, "")
    assert [path.name for path in shell if not os.access(path, os.X_OK)] == []


# -- compose -----------------------------------------------------------------------------------------------------------


def test_compose_follows_its_schema() -> None:
    code, told = words_of([BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"])
    assert code == 0, told


def test_compose_gives_no_more_than_is_needed() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > DRAINED
    named = {volume.partition(":")[0] for volume in SERVICE["volumes"]}
    assert named == set(COMPOSE["volumes"])


def test_every_setting_named_there_exists() -> None:
    named = re.findall(r"MISSIONDESK_(\w+)=", DOCKERFILE) + [name[12:] for name in SERVICE["environment"]]
    assert len(named) >= 5
    assert {name.lower() for name in named} <= set(Settings.model_fields)


# -- several servers ---------------------------------------------------------------------------------------------------


def test_compose_of_several_servers_follows_its_schema() -> None:
    code, told = words_of(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.replicas.yaml"]
    )
    assert code == 0, told


def test_every_service_of_several_servers_is_held_in_as_one_alone() -> None:
    ours = {name: service for name, service in REPLICAS.items() if service["image"] == "missiondesk"}
    assert set(ours) == {"api-1", "api-2", "worker-1", "worker-2"}
    for name, service in ours.items():
        kept = ("read_only", "cap_drop", "security_opt", "tmpfs", "pids_limit", "mem_limit", "stop_grace_period")
        assert [service[key] for key in kept] == [SERVICE[key] for key in kept], name
        assert service["command"] == (["serve"] if name.startswith("api") else ["work"])
        named = {key.removeprefix("MISSIONDESK_").lower() for key in service["environment"]}
        assert named <= set(Settings.model_fields)
        assert service["volumes"] == [f"{name}:/var/lib/missiondesk"], "each has a folder of its own"
    published = {name for name, service in REPLICAS.items() if "ports" in service}
    assert published == {"nginx"}
    assert all(port.startswith("127.0.0.1:") for port in REPLICAS["nginx"]["ports"])
    trusted = REPLICAS["api-1"]["environment"]["MISSIONDESK_TRUSTED_PROXIES"]
    assert trusted == f"{REPLICAS['nginx']['networks']['inside']['ipv4_address']}/32"


def test_nginx_understands_its_configuration_and_asks_every_server(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for upstream in re.findall(r"upstream \w+ \{(.*?)\}", text, re.DOTALL):
        assert set(re.findall(r"server ([\w-]+):8000", upstream)) == {"api-1", "api-2"}
    repeated = re.findall(r"location ([^{]*)\{[^}]*non_idempotent;", text)
    assert repeated == ["= /v1/ask "], "nothing else may be done twice"
    assert text.count("non_idempotent;") == 1
    largest = int(re.findall(r"client_max_body_size (\d+)m;", text)[0]) << 20
    assert largest >= LARGEST_UPLOAD
    nginx = nginx_process(tmp_path / "nginx", {"api-1": 9, "api-2": 9, "nginx": 9})
    code, told = words_of([*nginx.command, "-t"])
    assert code == 0, told


# -- systemd -----------------------------------------------------------------------------------------------------------


@with_systemd
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # It looks whether the programs are there.
        text = unit.read_text(encoding="utf-8")
        text = text.replace("/opt/missiondesk/bin/missiondesk-backup", str(DEPLOY / "backup"))
        (tmp_path / unit.name).write_text(text.replace("/opt/missiondesk/bin", str(BIN)), encoding="utf-8")
    assert words_of(["systemd-analyze", "verify", *sorted(tmp_path.iterdir())]) == (0, "")


@with_systemd
@pytest.mark.parametrize("unit", MOST_EXPOSED)
def test_systemd_finds_little_exposed(unit: str) -> None:
    threshold = f"--threshold={MOST_EXPOSED[unit]}"
    code, told = words_of(["systemd-analyze", "security", "--offline=true", threshold, DEPLOY / unit])
    assert code == 0, told


def test_the_settings_for_a_service_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DEPLOY / "settings.toml").read_text(encoding="utf-8")
    shown = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert shown.count("\n# ") < text.count("\n# ")
    (tmp_path / "missiondesk.toml").write_text(shown, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert (settings.data_dir, settings.hosts) == (Path("/var/lib/missiondesk"), ("desk.example.org",))


# -- backups -----------------------------------------------------------------------------------------------------------


def test_old_backups_go_when_a_new_one_is_there(tmp_path: Path) -> None:
    day = 24 * 3600
    for name, age in (("missiondesk-1Z.zip", 40), ("missiondesk-2Z.zip", 20), ("else.zip", 40)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (time.time() - age * day,) * 2)
    program = tmp_path / "bin" / "missiondesk"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1" = backup ] && [ ! -e "$FAIL" ] && : >"$2"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}", "FAIL": str(tmp_path / "fail")}
    command: list[str | Path] = [DEPLOY / "backup", tmp_path, "30"]

    (tmp_path / "fail").touch()
    assert subprocess.run(command, env=environment).returncode != 0
    assert (tmp_path / "missiondesk-1Z.zip").exists(), "what failed removes nothing"

    (tmp_path / "fail").unlink()
    subprocess.run(command, env=environment, check=True)
    left = {path.name for path in tmp_path.glob("*.zip")}
    assert {"else.zip", "missiondesk-2Z.zip"} < left
    assert len(left) == 3


# -- the offline bundle ------------------------------------------------------------------------------------------------


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """One whose only wheel is no wheel: whoever gets so far fails there."""
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    shutil.copy(DEPLOY / "install.sh", folder)
    (folder / "wheels" / "missiondesk-9-py3-none-any.whl").write_bytes(b"whole")
    (folder / "REQUIREMENT").write_text("missiondesk==9\n")
    made_for = f"{sys.version_info[0]} {sys.version_info[1]} {platform.system()} {platform.machine()}\n"
    (folder / "MADE_FOR").write_text(made_for)
    digest = hashlib.sha256(b"whole").hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  ./wheels/missiondesk-9-py3-none-any.whl\n")
    return folder


def installing(bundle: Path) -> tuple[int, str]:
    command: list[str | Path] = ["sh", bundle / "install.sh", bundle.parent / "installed"]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHON": sys.executable}
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_damaged_bundle_installs_nothing(bundle: Path) -> None:
    (bundle / "wheels" / "missiondesk-9-py3-none-any.whl").write_bytes(b"half")
    code, told = installing(bundle)
    assert code != 0
    assert "missiondesk-9-py3-none-any.whl: FAILED" in told
    assert not (bundle.parent / "installed").exists()


def test_a_bundle_for_another_machine_says_so(bundle: Path) -> None:
    (bundle / "MADE_FOR").write_text("3 9 Linux riscv64\n")
    code, told = installing(bundle)
    assert code == 1
    assert "is for Python, system and processor 3 9 Linux riscv64" in told
    assert not (bundle.parent / "installed").exists()


def test_a_bundle_asks_no_index(bundle: Path) -> None:
    code, told = installing(bundle)
    assert "Comparing the files with their checksums.\nInstalling into" in told
    assert code != 0
    assert "missiondesk" in told.partition("ERROR:")[2], "its own folder is all that is looked at"
    assert "http" not in told


# -- the same start as plain processes ---------------------------------------------------------------------------------


@pytest.mark.skipif(not can_isolate(), reason="bubblewrap is missing, or this machine lets it isolate nothing")
def test_what_the_image_starts_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A key, a document, the server with its health check, an answer, a backup, the end: with no network."""
    script: list[str | Path] = [sys.executable, ROOT / "scripts" / "as_in_container.py", "--offline", tmp_path]
    code, told = words_of([*script, "sh", "-c", f"cd {shlex.quote(str(ROOT))}\n{LIVED}"], timeout=300)
    assert code == 0, told
    assert "ANSWER Cursul durează 10 săptămâni, cu patru ore pe săptămână. [1]" in told
    assert "The server is ready." in told
    assert "ENDED 0" in told
    [backup] = (tmp_path / "backups").glob("missiondesk-*Z.zip")
    assert backup.stat().st_mode & 0o077 == 0
    started = [line for line in told.splitlines() if line.startswith("{")]
    assert not [line for line in started if json.loads(line).get("level") == "error"], told
