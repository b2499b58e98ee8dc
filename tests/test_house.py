"""The house rules: few dependencies, a command that starts at once, small modules, nothing of anybody's machine."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from servanda.record.load import load
from servanda.vocabulary.party import known_memberships

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "servanda"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

HEAVY = ("duckdb", "pyarrow", "numpy", "shapely", "sqlglot", "lark", "rich", "ruamel", "geographiclib", "markdown_it")
NOT_OURS = {".git", ".venv", "out", "build", "dist", "__pycache__", "node_modules"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def committed() -> list[Path]:
    """Every text file of the project, whether or not it is already known to git."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        made = any(p in NOT_OURS or p.endswith((".egg-info", "_cache", ".hypothesis")) for p in parts)
        if not made and path.is_file() and b"\0" not in path.read_bytes()[:4096]:
            found.append(path)
    return found


def test_the_core_has_at_most_twelve_direct_dependencies() -> None:
    """Each is one more thing to trust, to update and to install."""
    assert len(PYPROJECT["project"]["dependencies"]) <= 12


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"]])
def test_the_command_answers_without_importing_what_computes(words: list[str]) -> None:
    """Help and version come at once, because no heavy library is loaded for them."""
    code = (
        "import sys\n"
        "from servanda.cli import main\n"
        "try:\n"
        f"    sys.argv = ['servanda', *{words!r}]; main()\n"
        "except SystemExit:\n"
        "    pass\n"
        f"print('loaded:', *(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_outgrows_a_reader(module: Path) -> None:
    """One concept a module, and a name that says which."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 750
    assert module.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}


_HOSTS = ("pypi.org", "pythonhosted", "artifactory", "nexus", "devpi", "jfrog", "localhost:", "index-url", "find-links")
_PATHS = (r"/home/\w+/", r"/Users/\w+/", r"C:\\Users", r"/root/\S", r"/work/\w", r"/opt/\w")


def test_no_committed_file_names_a_machine_or_a_registry_host() -> None:
    """What works on one machine only has no place here, and nobody needs to know whose it was."""
    wanted = re.compile("|".join([*map(re.escape, _HOSTS), *_PATHS]))
    found = []
    for path in committed():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if (hit := wanted.search(line)) and not _allowed(path, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {hit.group()}")

    assert found == []


def _allowed(path: Path, line: str) -> bool:
    """The options that keep such names out have to be named."""
    return path.name == "Makefile" and "--no-emit-index-url" in line


def test_each_locked_package_has_its_digests() -> None:
    """An installation is the same everywhere, or it fails."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text))
        pinned = [e for e in entries if e.strip()]
        assert pinned
        for entry in pinned:
            assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_the_lock_holds_each_direct_dependency() -> None:
    """A dependency that was added and not locked would be fetched from nowhere."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {m.group(1).replace("_", "-") for m in re.finditer(r"(?m)^([a-z0-9._-]+)==", text)}
    wanted = {re.split(r"[><=~! ;\[]", d)[0].lower().replace(".", "-") for d in PYPROJECT["project"]["dependencies"]}

    assert wanted <= {name.replace(".", "-") for name in locked}


def test_each_shipped_data_file_has_an_origin() -> None:
    """`ORIGINS.toml` says of every file where it comes from and under what terms, and of no file that is not there."""
    folder = PACKAGE / "data"
    listed = [f["path"] for f in tomllib.loads((folder / "ORIGINS.toml").read_text(encoding="utf-8"))["file"]]
    own = {"ORIGINS.toml", "__init__.py"}
    there = {
        str(p.relative_to(folder))
        for p in folder.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts and p.name not in own
    }

    assert sorted(listed) == sorted(there)


_RUSSIA_AND_ALLIES = {"RUS", "BLR", "KAZ", "KGZ", "TJK", "ARM", "CSTO"}


def _sides(codes: Iterable[str | None]) -> tuple[int, int]:
    """How many are of Russia and its allies, and how many of members of NATO and of NATO itself."""
    counted = Counter(codes)
    members = {row.member for row in known_memberships().rows if row.group == "NATO"}
    return (
        sum(n for c, n in counted.items() if c in _RUSSIA_AND_ALLIES),
        sum(n for c, n in counted.items() if c in members or c == "NATO"),
    )


def test_the_rows_for_the_drafts_ask_about_both_sides_alike() -> None:
    """About as many have Russia as bearer as have the United States or another member of NATO."""
    text = (ROOT / "tests" / "data" / "drafts-expected.yaml").read_text(encoding="utf-8")
    east, west = _sides(re.findall(r"ask: \{bearer: (\w+)", text))

    assert 4 / 5 <= east / west <= 5 / 4


def test_the_public_record_tells_of_both_sides_alike() -> None:
    """Acts of both sides, and what both sides say, are on record in numbers of one order."""
    acts = load([str(ROOT / "library" / "2021-security-record")]).acts
    for column in ("by", "account"):
        east, west = _sides(acts[column].to_pylist())

        assert 1 / 2 <= east / west <= 2, column
