"""The examples of the language page: each is read, printed and read back to the same agreement."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from pathlib import Path

import pytest

from servanda.agreement import format_text, lint, new_text, read
from servanda.agreement.resolve.assemble import assemble
from servanda.agreement.source import from_text
from servanda.norms.norm import Agreement

FILES = sorted((Path(__file__).parents[1] / "data" / "language").glob("*.md"))
LIBRARY = sorted((Path(__file__).parents[2] / "library").rglob("agreement.md"))


def _same(one: Agreement, other: Agreement) -> list[str]:
    """The fields in which two agreements differ, apart from places and digests."""
    return [
        f.name
        for f in fields(Agreement)
        if f.name not in ("digest", "paragraphs") and getattr(one, f.name) != getattr(other, f.name)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_the_examples_are_read_without_an_error(file: Path) -> None:
    """What remains are notes on what the text leaves open."""
    found = lint(file)

    assert {d.code for d in found} <= {"open-parameter"}
    assert read(file).norms


@pytest.mark.parametrize("file", [*FILES, *LIBRARY], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_formatting_keeps_the_agreement_and_is_done_once(file: Path) -> None:
    """fmt is canonical and idempotent, and changes nothing that the file means."""
    text = file.read_text(encoding="utf-8")
    once = format_text(text, str(file))

    assert format_text(once, str(file)) == once
    before, after = assemble(from_text(text, str(file))).agreement, assemble(from_text(once, str(file))).agreement
    assert before is not None
    assert after is not None
    assert _same(before, after) == []


def test_a_new_file_lints_clean_and_is_canonical() -> None:
    """The first file that a beginner sees is right in every respect."""
    text = new_text("Agreement: on notice", "Việt Nam, Lào")

    assert assemble(from_text(text, "new.md")).diagnostics == ()
    assert format_text(text) == text


def test_a_norm_is_read_aloud_beside_its_article() -> None:
    """The example of the language page, word for word but for the grammar of small words."""
    agreement = read(FILES[1])

    assert agreement.norm("vd.notice").text == (
        "For each exercise x and other party q, when x's troops are at least 9 000 persons or x's tanks are at "
        "least 250 tanks, x's host owes q a notification n, where n is about x and n is to q; n's received at "
        "least 42 days before x's start."
    )


def test_what_is_read_has_the_articles_words_and_paragraphs() -> None:
    agreement = read(FILES[1])
    norm = agreement.norm("vd.notice")

    assert (norm.article, norm.heading, norm.words) == (
        "1",
        "Article 1",
        "The norms of the language page, in its order.",
    )
    assert [p.article for p in agreement.paragraphs] == ["", "1", "9"]


def test_prose_and_comments_survive_formatting() -> None:
    """fmt touches the blocks alone."""
    text = FILES[1].read_text(encoding="utf-8")
    once = format_text(text)

    assert "# engaged only by a recorded statement that invokes it" in once
    assert "The norms of the language page, in its order." in once


def test_names_written_in_any_normal_form_are_one_name() -> None:
    """Việt Nam with combining marks is Việt Nam without."""
    text = new_text("Notice", "Việt Nam, Lào")
    apart = unicodedata.normalize("NFD", text)
    one, other = assemble(from_text(text, "a.md")).agreement, assemble(from_text(apart, "a.md")).agreement

    assert one is not None
    assert other is not None
    assert one.parties == other.parties


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_any_system_are_read(ending: str) -> None:
    text = new_text()
    one = assemble(from_text(text, "a.md")).agreement
    other = assemble(from_text("\ufeff" + text.replace("\n", ending), "a.md")).agreement

    assert one is not None
    assert other is not None
    assert _same(one, other) == []
