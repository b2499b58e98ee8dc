"""`servanda source add`: a report enters the record, and no fact that no person has read."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from servanda.errors import InputError, render
from servanda.record.article import Role, day_mentioned, language_of, read_article
from servanda.record.load import load
from servanda.record.source import add_source, quotations, skeleton

# Our own words, laid out as news pages are when they are saved as text.
ENGLISH = """\
Talks on the strait end early

Mai Tran (Source: Coast Wire) | 03/02/2023, 09:15

COAST WIRE - The foreign ministry of Vietnam said on 01/02/2023 that talks with Japan were over. "It's late," he added.

Talks on the strait end early - 1

The two ships before the talks. (Photo: Coast Wire)

Japan denied the report. The weather was fine.

Follow us on every channel

Related articles

China deployed ten ships near the strait
China deployed ten ships near the strait

(12) comments
"""
RUSSIAN = """\
Переговоры

Россия заявила, что учения завершены. Погода была хорошая.

Читайте также

Польша развернула войска.
"""


def roles(text: str) -> list[tuple[int, Role]]:
    return [(line.number, line.role) for line in read_article(text).lines if line.role is not Role.BLANK]


def test_the_article_is_told_from_what_stands_around_it() -> None:
    assert roles(ENGLISH) == [
        (1, Role.TITLE),
        (3, Role.BYLINE),
        (5, Role.BODY),
        (7, Role.CAPTION),
        (9, Role.CAPTION),
        (11, Role.BODY),
        (13, Role.PROMOTION),
        (15, Role.RELATED),
        (17, Role.RELATED),
        (18, Role.RELATED),
        (20, Role.COMMENTS),
    ]


def test_what_the_page_says_of_itself() -> None:
    article = read_article(ENGLISH)
    assert article.title == "Talks on the strait end early"
    assert article.publisher == "COAST WIRE"
    assert article.credit == "Coast Wire"
    assert article.published == date(2023, 2, 3)
    assert article.language == "en"


def test_each_quotation_is_found_at_its_place() -> None:
    lines = ENGLISH.splitlines()
    found = list(quotations(read_article(ENGLISH)))
    assert [(q.line, q.kinds, q.parties, q.day) for q in found] == [
        (5, ("statement", "meeting"), ("VNM", "JPN"), "2023-02-01"),
        (11, ("denial",), ("JPN",), None),
    ]
    for q in found:
        assert lines[q.line - 1][q.start - 1 : q.end - 1] == q.text


def test_teasers_of_other_reports_are_no_claims_of_this_one() -> None:
    assert "ten ships" not in skeleton(ENGLISH.encode(), "talks.txt")
    assert "войска" not in skeleton(RUSSIAN.encode(), "talks.txt")


def test_the_skeleton_is_refused_until_a_person_has_read_it(tmp_path: Path) -> None:
    report = tmp_path / "talks.txt"
    report.write_text(ENGLISH, encoding="utf-8")
    written = add_source(report)

    with pytest.raises(InputError) as caught:
        load(written)
    assert {d.code for d in caught.value.diagnostics} == {"record-todo"}

    text = written.read_text(encoding="utf-8")
    text = text.replace("owner: todo", "owner: unknown").replace("kind: todo", "kind: statement")
    written.write_text(text.replace("by: todo", "by: VNM").replace("start: todo", "start: unknown"), encoding="utf-8")
    record = load(written)
    assert record.acts["source"].to_pylist() == ["talks", "talks"]
    assert record.sources["talks"].digest == "sha256:" + hashlib.sha256(ENGLISH.encode()).hexdigest()


def test_the_same_report_gives_the_same_skeleton() -> None:
    assert skeleton(ENGLISH.encode(), "talks.txt") == skeleton(ENGLISH.encode(), "talks.txt")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    report = tmp_path / "talks.txt"
    report.write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "talks.yaml").write_text("mine")
    with pytest.raises(InputError) as caught:
        add_source(report)
    assert "this file exists, and is not written over [source-exists]" in render(caught.value.diagnostics[0])
    assert (tmp_path / "talks.yaml").read_text() == "mine"
    assert add_source(report, tmp_path / "other.yaml").exists()


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "record-empty"), (b"Related\n", "source-no-text"), (b"\xff\xfea\0", "record-encoding")]
)
def test_a_report_without_an_article(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "report.txt").write_bytes(content)
    with pytest.raises(InputError) as caught:
        add_source(tmp_path / "report.txt")
    assert [d.code for d in caught.value.diagnostics] == [code]
    assert not (tmp_path / "report.yaml").exists()


def test_a_report_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        add_source(tmp_path / "nothing.txt")
    assert [d.code for d in caught.value.diagnostics] == ["record-missing"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hai bên đã tổ chức các cuộc tham vấn kín", "vi"),
        ("Стороны провели консультации", "ru"),
        ("The parties held consultations in private", "en"),
        ("Die Parteien berieten sich vertraulich", None),
        ("", None),
    ],
)
def test_the_language_is_guessed_or_left_open(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_a_day_without_a_year_is_the_nearest_before_the_report() -> None:
    assert day_mentioned("hôm 10/1", date(2022, 1, 12)) == date(2022, 1, 10)
    assert day_mentioned("ngày 16/12", date(2022, 1, 12)) == date(2021, 12, 16)
    assert day_mentioned("ngày 16/12", None) is None
    assert day_mentioned("ngày 30/2", date(2022, 1, 12)) is None


# ---- the two reports that the project began with


SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.exists(), reason="the reports are not here")
@pytest.mark.parametrize(
    ("start", "body", "published"),
    [("000", [3, 7, 9, 11, 13, 15, 17, 19], None), ("004", [5, 7, 9, 15, 17, 19, 21, 23, 25], date(2022, 1, 12))],
)
def test_the_reports_that_the_project_began_with(start: str, body: list[int], published: date | None) -> None:
    [report] = SEEDS.glob(f"{start}_*.txt")
    article = read_article(report.read_text(encoding="utf-8"))
    assert [line.number for line in article.body] == body
    assert article.language == "vi"
    assert article.published == published
    named = {
        line: (kinds, parties) for line, kinds, parties in ((q.line, q.kinds, q.parties) for q in quotations(article))
    }
    expected = {15: "demand", 17: "statement"} if start == "000" else {19: "meeting", 25: "denial"}
    assert {line: kind for line, kind in expected.items() if kind in named[line][0]} == expected
