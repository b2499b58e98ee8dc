"""The pages say what is so: their commands are run, each code has its page, their links lead somewhere."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from pages import blocks, run_page
from servanda.messages import catalogue

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ERRORS = DOCS / "reference" / "errors"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
RUN = [p for p in PAGES if any(b.language == "console" for b in blocks(p.read_text(encoding="utf-8")))]
KINDS_OF_PAGE = ("tutorial", "how-to", "reference", "explanation", "decisions")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", RUN, ids=_name)
def test_the_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path) -> None:
    """Every command is run in order, among the files that the page writes; SERVANDA_RERECORD=1 records again."""
    (tmp_path / "library").symlink_to(ROOT / "library")

    for ran in run_page(page, tmp_path):
        assert list(ran.printed) == list(ran.expected), ran.command


def _codes_in_source() -> set[str]:
    """The first argument of every `Diagnostic(…)` and of its kin, where it is written out."""
    found: set[str] = set()
    for module in (ROOT / "src").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        found |= set(re.findall(r"\bDiagnostic\(\s*\"([a-z0-9-]+)\"", text))
    return found


def codes() -> set[str]:
    """The codes of all diagnostics: what stands before the first dot of a `….message`; `cli.…` is no code."""
    return {key.split(".", 1)[0] for key in catalogue() if key.endswith(".message")} - {"cli"}


def test_each_code_has_a_page() -> None:
    """Whoever is told a code can read more about it."""
    missing = {code for code in codes() | _codes_in_source() if not (ERRORS / f"{code}.md").is_file()}

    assert missing == set()


def test_each_page_of_an_error_has_a_code() -> None:
    """A page whose code nobody says any more is removed with it."""
    pages = {p.stem for p in ERRORS.glob("*.md")} - {"index"}

    assert pages - codes() == set()


@pytest.mark.parametrize("page", sorted(set(ERRORS.glob("*.md")) - {ERRORS / "index.md"}), ids=_name)
def test_a_page_of_an_error_has_a_title_and_a_remedy(page: Path) -> None:
    """The title is no code, the code stands on the page, and something says how to mend it."""
    text = page.read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert f"`{page.stem}`" in text or f"[{page.stem}]" in text or page.stem in text
    assert len(text.splitlines()) >= 6


def _links(page: Path) -> list[str]:
    text = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", page.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", text)
    return re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_internal_links_lead_somewhere(page: Path) -> None:
    """A link to a file has that file, a link to a heading has that heading."""
    broken = []
    for link in _links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = page if not target else (page.parent / target).resolve()
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(link)

    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def test_each_page_is_reached_from_the_index() -> None:
    """The index, and the indexes it names, lead to every page but those of single modules, errors and decisions."""
    index = DOCS / "index.md"
    reached = {index}
    waiting = [index]
    while waiting:
        page = waiting.pop()
        for link in _links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in reached:
                reached.add(target)
                waiting.append(target)
    lost = [_name(p) for p in DOCS.rglob("*.md") if p.resolve() not in reached]

    assert lost == []


def test_pages_stand_in_the_folder_of_their_kind() -> None:
    """Tutorial, how-to, reference, explanation and decisions are kept apart."""
    elsewhere = {p.relative_to(DOCS).parts[0] for p in DOCS.rglob("*.md")} - {"index.md", *KINDS_OF_PAGE}

    assert elsewhere == set()


def test_decisions_are_dated() -> None:
    """A decision is of a day."""
    for page in (DOCS / "decisions").glob("*.md"):
        assert page.stem == "index" or re.match(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+$", page.stem), page.name


def test_the_module_pages_are_current() -> None:
    """They are made from the docstrings by `make reference`, and never written by hand."""
    tool = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    made: dict[str, str] = tool["pages"]()
    folder = DOCS / "reference" / "modules"
    there = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.md")}

    assert sorted(made) == sorted(there)
    assert [name for name in made if made[name] != there[name]] == []
    assert (ERRORS / "index.md").read_text(encoding="utf-8") == tool["errors_index"]()


def test_the_picture_of_a_verdict_is_current() -> None:
    """What the README shows is what the command prints; `make picture` draws it again."""
    drawn: str = runpy.run_path(str(ROOT / "tools" / "picture.py"))["verdict"]()

    assert (DOCS / "images" / "verdict.svg").read_text(encoding="utf-8") == drawn


def test_the_page_of_the_command_line_is_current() -> None:
    """It is made from the commands themselves by `make reference`."""
    made = subprocess.run([sys.executable, "-m", "servanda.cli.help"], capture_output=True, check=True).stdout.decode()

    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == made
