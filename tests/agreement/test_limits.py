"""Hostile and broken input: every one is answered by a diagnostic, none by a traceback or a long wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from servanda.agreement import lint, new_text, read
from servanda.agreement.parser import Problem, parse
from servanda.agreement.resolve.assemble import assemble
from servanda.agreement.source import LARGEST_FILE, from_bytes, from_text
from servanda.agreement.syntax import Joined
from servanda.errors import InputError


def _code(data: bytes) -> tuple[str, str | None]:
    with pytest.raises(InputError) as caught:
        from_bytes(data, "a.md")
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code, diagnostic.case


def test_bytes_that_are_no_utf8_text_are_refused_by_name() -> None:
    assert _code("é".encode("utf-16")) == ("not-utf8", "utf16")
    assert _code("é".encode("utf-32")) == ("not-utf8", "utf32")
    assert _code(b"caf\xe9") == ("not-utf8", None)
    assert _code(b"") == ("empty-file", None)
    assert _code(b" \n \n") == ("empty-file", None)
    assert _code(b"a\x00b") == ("nul-in-file", None)
    assert _code(b"a" * (LARGEST_FILE + 1)) == ("file-too-large", None)


def test_the_place_of_a_byte_that_is_not_utf8_is_named() -> None:
    with pytest.raises(InputError) as caught:
        from_bytes("dòng một\nđây ".encode() + b"\xff", "a.md")

    span = caught.value.diagnostics[0].span
    assert span is not None
    assert (span.line, span.column) == (2, 5)
    assert caught.value.diagnostics[0].line_text == "đây \ufffd"


def test_paths_that_are_no_files_are_refused_by_name(tmp_path: Path) -> None:
    loop = tmp_path / "loop.md"
    loop.symlink_to(loop)

    assert [(d.code, d.case) for d in lint(tmp_path / "none.md")] == [("cannot-read-file", "missing")]
    assert [(d.code, d.case) for d in lint(tmp_path)] == [("cannot-read-file", "directory")]
    assert [(d.code, d.case) for d in lint(loop)] == [("cannot-read-file", "loop")]
    assert [(d.code, d.case) for d in lint("a\0b")] == [("cannot-read-file", "missing")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_without_permission_is_refused_by_name(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(new_text(), encoding="utf-8")
    secret.chmod(0)

    with pytest.raises(InputError) as caught:
        read(secret)
    assert caught.value.diagnostics[0].case == "permission"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + "d.by is Russia" + ")" * 20_000,
        "not (" * 5_000 + "d.by is Russia" + ")" * 5_000,
        "d.range is at least " + "1 km plus " * 20_000 + "1 km",
        "d.range is at least " + "half of " * 20_000 + "1 km",
        "d.start is before " + "1 day after " * 20_000 + "d.start",
        "some statement f where " * 5_000 + "d.by is Russia",
        "d.by is one of " + "Russia, " * 60_000 + "Russia",
    ],
    ids=["brackets", "not", "plus", "half", "after", "where", "long"],
)
def test_what_nests_without_end_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text, "condition")

    assert caught.value.code in ("nested-too-deep", "expression-too-long")


def test_twenty_thousand_conjuncts_are_read() -> None:
    """Width is no depth: a long list of conditions is a list."""
    found = parse("d.by is x and " * 20_000 + "d.by is x", "condition")

    assert isinstance(found, Joined)
    assert len(found.parts) == 20_001


def _with_terms(section: str, definition: str, number: int) -> str:
    lines = "".join(f"  {definition.format(i, i + 1)}\n" for i in range(number))
    return f"{new_text()}\n```terms\n{section}:\n{lines}```\n"


CHAINS = [
    ("groups", "G{}: G{}"),
    ("groups", "G{0}: 'G{1}, G{1}'"),
    ("regions", "R{}: in R{}"),
    ("regions", "R{0}: in R{1} or in R{1}"),
    ("parameters", "P{}: P{} times 1"),
    ("dates", "D{}: 1 day after D{}"),
    ("activities", "A{0}: A{1}, A{1}"),
]


@pytest.mark.parametrize(("section", "definition"), CHAINS, ids=[c[1] for c in CHAINS])
def test_terms_upon_terms_without_end_are_refused(section: str, definition: str) -> None:
    for number in (30, 400):
        found = assemble(from_text(_with_terms(section, definition, number), "a.md")).diagnostics
        deep = [d for d in found if d.code == "nested-too-deep"]
        assert deep or (number == 30 and "0}" not in definition)
        assert len(deep) < 60


def test_a_circle_of_four_hundred_terms_is_told_of() -> None:
    text = _with_terms("groups", "G{}: G{}", 400).replace("G399: G400", "G399: G0")

    assert [d.code for d in assemble(from_text(text, "a.md")).diagnostics if d.severity == "error"] == ["term-cycle"]


def test_a_few_terms_upon_each_other_are_read() -> None:
    text = _with_terms("groups", "G{}: 'G{}, Chile'", 35).replace("G35", "Norway").replace("G0", "Near")

    assert not [d for d in assemble(from_text(text, "a.md")).diagnostics if d.severity == "error"]


def test_a_mapping_within_mappings_without_end_is_refused() -> None:
    text = new_text().replace("where:\n", "where: " + "{a: " * 2_000 + "b" + "}" * 2_000 + "\nnote:\n")

    assert "nested-too-deep" in {d.code for d in assemble(from_text(text, "a.md")).diagnostics}


def test_quotes_and_headings_without_end_are_prose() -> None:
    text = new_text() + "\n" + ">" * 20_000 + " deep\n" + "#" * 20_000 + "\n" + "- " * 20_000 + "x\n"

    assert assemble(from_text(text, "a.md")).agreement is not None


def test_every_problem_of_a_file_is_reported_in_order_of_place() -> None:
    text = new_text().replace("exercise x", "exercis x").replace("signatory", "signatry")
    found = assemble(from_text(text, "a.md")).diagnostics

    assert [d.code for d in found] == ["unknown-name", "syntax"] or len(found) >= 2
    assert list(found) == sorted(found, key=lambda d: d.place)


def test_what_is_no_character_is_told_where_it_stands_and_nothing_else() -> None:
    for written, column in (("a\x0bb", 9), ('"\\ud800"', 9), ("a\x1c", 9)):
        text = new_text().replace("title: Agreement on advance notice of exercises", f"title: {written}")
        (found,) = assemble(from_text(text, "a.md")).diagnostics
        assert (found.code, found.case) == ("yaml-syntax", "character")
        assert found.span is not None and (found.span.line, found.span.column) == (3, column)


def test_a_pair_of_escapes_is_one_character() -> None:
    text = new_text().replace("title: Agreement on advance notice of exercises", 'title: "\\ud83d\\ude00 Agreement"')
    agreement = assemble(from_text(text, "a.md")).agreement

    assert agreement is not None
    assert agreement.title == "\U0001f600 Agreement"


def test_only_line_feeds_end_a_line() -> None:
    text = new_text().replace("status: draft", "status: draft # a\u2028b: c\x85d: e")

    assert assemble(from_text(text, "a.md")).agreement is not None


def test_a_file_of_parties_may_have_no_header_and_must_close_its_quotes(tmp_path: Path) -> None:
    text = new_text() + "\n```terms\ngroups: {G: {file: g.csv}}\n```\n"
    (tmp_path / "a.md").write_text(text.replace("parties: France, Germany, Poland", "parties: G"), encoding="utf-8")
    (tmp_path / "g.csv").write_text("Norway\nChile\n", encoding="utf-8")
    listed = read(tmp_path / "a.md").parties.items
    (tmp_path / "g.csv").write_text("code,name\nNOR,Norway\nCHL,Chile\n", encoding="utf-8")

    assert listed == read(tmp_path / "a.md").parties.items
    (tmp_path / "g.csv").write_text('code\n"Norway\nChile\n', encoding="utf-8")
    assert "bad-csv" in {d.code for d in lint(tmp_path / "a.md")}
