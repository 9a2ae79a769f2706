"""Lists that must agree, and names that must stay out."""

import re
import subprocess
import tomllib

import pytest

from bot.settings import ROOT, Settings

# Written in two parts, so that this file does not name them.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org"]
_PATHS = re.compile(r"(?<![\w.:/-])/(?:work|root|tmp|farm)/\w")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()


def find_foreign_names(text: str) -> list[str]:
    """Return registry hosts and paths of a machine that a text names."""
    return [host for host in REGISTRIES if host in text] + _PATHS.findall(text)


def test_lock_names_the_two_public_hosts_and_nothing_else() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {REGISTRIES[0], "files." + REGISTRIES[1]}


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    named = {}
    for name in tracked():
        path = ROOT / name
        if name == "uv.lock" or path.suffix == ".png" or not path.is_file():
            continue
        if found := find_foreign_names(path.read_text(encoding="utf-8")):
            named[name] = found
    assert named == {}


@pytest.mark.parametrize("planted", [f"see https://{REGISTRIES[0]}/simple", "open /" + "work/main/x"])
def test_planted_name_is_found(planted: str) -> None:
    assert find_foreign_names(planted)


def test_every_setting_stands_in_the_example_and_no_other() -> None:
    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)


def test_pythons_are_named_by_their_minors() -> None:
    assert (ROOT / ".python-version").read_text(encoding="utf-8").split() == ["3.13", "3.10"]


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named <= targets
    assert {"run", "test"} <= named


def test_every_library_has_its_reason_and_its_licence() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").lower()
    licences = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").lower()
    names = {re.split(r"[><=\[ ]", library)[0].lower() for group in groups.values() for library in group}
    without = {
        name
        for name in names - {"types-psutil", "setuptools"}
        if name.replace("-", ".") not in decisions + licences and name not in decisions + licences
    }
    assert without == set()
