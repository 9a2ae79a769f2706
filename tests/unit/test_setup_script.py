"""setup.sh: what is missing ends in one clear sentence, what is there is left alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT

TOOLS = ("sh", "dirname", "rm", "mkdir", "cat", "chmod", "touch")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a checkout with nothing but the script, and a PATH that holds only what each test puts there."""
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    for name in ("setup.sh", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def put(tree: Path, name: str, script: str) -> None:
    command = tree / "bin" / name
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)


def run(tree: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PATH": str(tree / "bin")}
    return subprocess.run(
        ["/bin/sh", "setup.sh"], cwd=tree, env=surroundings, capture_output=True, text=True, check=False
    )


def test_missing_python_is_one_sentence_with_the_mend(tree: Path) -> None:
    done = run(tree)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("setup: python3 was not found; install it")


def test_missing_venv_module_is_one_sentence_with_the_mend(tree: Path) -> None:
    put(tree, "python3", "exit 1")
    done = run(tree)
    assert done.returncode == 1
    assert "python3 has no venv module; install it" in done.stderr


def test_failed_download_of_uv_is_one_sentence_with_the_mend(tree: Path) -> None:
    pip = "printf '#!/bin/sh\\nexit 1\\n' > .tools/bin/python; chmod +x .tools/bin/python"
    put(tree, "python3", f"mkdir -p .tools/bin; {pip}")
    done = run(tree)
    assert done.returncode == 1
    assert "uv could not be downloaded; check the network" in done.stderr
    assert not (tree / ".tools").exists()


def test_failed_installation_is_one_sentence_with_the_mend(tree: Path) -> None:
    put(tree, "uv", "exit 1")
    done = run(tree)
    assert done.returncode == 1
    assert ".venv could not be installed" in done.stderr


def test_second_run_installs_nothing(tree: Path) -> None:
    put(tree, "uv", 'mkdir -p "$UV_PROJECT_ENVIRONMENT"; echo "$UV_PROJECT_ENVIRONMENT" >> calls')
    assert run(tree).returncode == 0
    os.utime(tree / "uv.lock", (0, 0))
    os.utime(tree / "pyproject.toml", (0, 0))
    done = run(tree)
    assert done.returncode == 0
    assert "is up to date" in done.stdout
    assert (tree / "calls").read_text(encoding="utf-8").split() == [".venv", ".venv-nlu"]


def test_script_is_posix() -> None:
    assert subprocess.run(["/bin/sh", "-n", str(ROOT / "setup.sh")], check=False).returncode == 0
