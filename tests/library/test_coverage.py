"""Nothing of the texts is skipped: each paragraph has the blocks that its coverage table names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from servanda.agreement import read
from servanda.norms.norm import Agreement, Prohibits, Standard

LIBRARY = Path(__file__).parents[2] / "library"

_NATO = "1(1) 1(2) 1(3) 1(4) 2(1) 2(2) 2(3) 3(1) 3(2) 4 5 6 7(1) 7(2) 8 9(1) 9(2) 9(3)"
_US = "1 2 3 4(1) 4(2) 5(1) 5(2) 5(3) 6 7(1) 7(2) 8"
PARAGRAPHS = [("2021-nato-russia", p) for p in _NATO.split()] + [("2021-us-russia", p) for p in _US.split()]
FOLDERS = sorted(p.parent.name for p in LIBRARY.glob("*/coverage.md"))

MAY_AWAIT = {
    "2021-nato-russia": {"1(1)", "1(2)", "1(3)", "1(4)"},
    "2021-us-russia": {"1", "2", "3", "5(1)"},
}
READINGS = {
    "2021-nato-russia": {
        ("2(1)", "trigger"): {"incident on record", "request by a Party"},
        ("4", "other States"): {"not the deployer", "not Russia and not the members of 1997"},
        ("4", "in addition"): {"per deployer and host", "in total on the host"},
        ("4", "deploy"): {"placing", "keeping"},
        ("5", "deploy"): {"placing", "keeping"},
        ("5", "the other Parties"): {"any other Party", "the other side"},
        ("7(1)", "Eastern Europe"): {"M49", "UN regional group", "States outside NATO"},
    },
    "2021-us-russia": {
        ("4(2)", "Baltic"): {"former USSR", "not former USSR"},
        ("5(2)", "deploy"): {"placing", "keeping"},
        ("5(3)", "approach"): {"ship to aircraft", "like to like"},
    },
}
OPEN = {
    "2021-nato-russia": {
        "Consultation Time", "Least Range", "Greatest Range", "Border Width",
        "Europe", "South Caucasus", "Central Asia", "Allies of Russia",
    },
    "2021-us-russia": {"Least Range", "Greatest Range", "Approach Distance"},
}  # fmt: skip


@cache
def _agreement(folder: str) -> Agreement:
    return read(LIBRARY / folder / "agreement.md")


def _blocks(agreement: Agreement, paragraph: str) -> set[str]:
    """The norms and the stages of clauses that lay down a paragraph."""
    norms = {n.id for n in agreement.norms if n.article == paragraph}
    return norms | {s for p in agreement.paragraphs if p.article == paragraph for s in p.stages}


def _table(folder: str) -> Iterator[tuple[str, set[str]]]:
    """Rows of the coverage table: the paragraph, and what stands in code in its second column."""
    text = (LIBRARY / folder / "coverage.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        cells = [c.strip() for c in line.split("|")]
        if len(cells) > 3 and "`" in cells[2]:
            yield cells[1], set(re.findall(r"`([^`]+)`", cells[2]))


@pytest.mark.parametrize(("folder", "paragraph"), PARAGRAPHS)
def test_each_paragraph_of_the_drafts_has_a_block(folder: str, paragraph: str) -> None:
    """A norm, a clause, a declaration or a precedence: something says what the paragraph lays down."""
    assert _blocks(_agreement(folder), paragraph)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_coverage_table_names_the_blocks_that_there_are(folder: str) -> None:
    """The table beside each agreement lists every norm once, under its own paragraph, and nothing else."""
    agreement = _agreement(folder)
    listed = dict(_table(folder))

    assert {n.id for n in agreement.norms} <= {b for blocks in listed.values() for b in blocks}
    for paragraph, blocks in listed.items():
        known = _blocks(agreement, paragraph) | {s.name for s in agreement.stages}
        assert blocks <= known, paragraph


@pytest.mark.parametrize("folder", sorted(MAY_AWAIT))
def test_only_open_textured_paragraphs_await_judgement(folder: str) -> None:
    """Everything else is computed."""
    waiting = {
        n.article
        for n in _agreement(folder).norms
        for v in n.variants
        if isinstance(v.shape, Standard) or (isinstance(v.shape, Prohibits) and v.shape.awaits)
    }

    assert waiting <= MAY_AWAIT[folder]


@pytest.mark.parametrize("folder", sorted(READINGS))
def test_each_disputed_word_has_its_readings_by_name(folder: str) -> None:
    """The choices of each reading are those named for the paragraph, and each says who holds it."""
    agreement = _agreement(folder)
    for (paragraph, name), choices in READINGS[folder].items():
        found = [n.readings[name] for n in agreement.norms if n.article == paragraph and name in n.readings]
        assert found, f"{paragraph}.{name}"
        for reading in found:
            assert {c.name for c in reading} == choices
            assert all(c.held_by and c.says for c in reading), f"{paragraph}.{name}"


@pytest.mark.parametrize("folder", sorted(OPEN))
def test_what_the_text_leaves_open_is_a_parameter_without_a_value(folder: str) -> None:
    """No width, range, hour or region is filled in silently."""
    assert set(_agreement(folder).open_parameters) == OPEN[folder]


def test_the_one_treaty_leaves_the_right_of_exit_as_two_readings() -> None:
    """Where a text is silent on leaving it, both answers stand in the file."""
    text = (LIBRARY / "2021-us-russia" / "agreement.md").read_text(encoding="utf-8")

    assert "no right of exit" in text
    assert "right implied (VCLT 56), twelve months" in text
