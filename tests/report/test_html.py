from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.answers import ACTS, AGREEMENT, BREACH, EXPLANATION, SAMPLE, answer, uncovered
from servanda.check import Answer
from servanda.messages import Lang
from servanda.report.html import Told, page

VOID = {"meta", "link", "br", "input"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;\x1b[31m\u202e"


class Page(HTMLParser):
    """The elements of a page; fails where they are not nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def shown(found: Answer, lang: Lang = "en") -> Page:
    return Page(page([Told(found, {4: EXPLANATION} if found is SAMPLE else {})], lang))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_page_names_its_language_and_its_columns(lang: Lang) -> None:
    made = shown(SAMPLE, lang)

    assert made.all("html") == [{"lang": lang}]
    assert {t.get("scope") for t in made.all("th")} == {"col", "row"}
    assert len(made.all("caption")) == len(made.all("section"))


def test_the_page_asks_nothing_of_anybody() -> None:
    text = page([Told(SAMPLE, {})], "en")
    made = Page(text)

    assert not [a for _, a in made.tags if {"src", "srcset", "action"} & set(a)]
    assert {a["href"] for _, a in made.tags if "href" in a} == {"#verdicts"}
    assert not re.search(r"url\(|@import|https?:|fetch\(|XMLHttp", text)


def test_the_page_is_complete_without_its_script() -> None:
    made = shown(SAMPLE)

    assert made.all("form") == [{"class": "filters", "hidden": None}]
    assert not [a for tag in ("tr", "section", "details") for a in made.all(tag) if "hidden" in a]
    for found in ("Least Range", "no finding of responsibility", "draft: it binds nobody", "every other party"):
        assert found in made.words


def test_each_row_carries_what_the_filters_look_for() -> None:
    rows = [t for t in shown(SAMPLE).all("tr") if "data-outcome" in t]
    silent = next(r for r in rows if r["data-count"] == "4")

    assert sum(int(r["data-count"] or 0) for r in rows) == len(SAMPLE.verdicts)
    assert silent["data-parties"] == "DEU FRA GBR ITA"
    assert {o["value"] for o in shown(SAMPLE).all("option")} >= {"DEU", "breached", "0:5", ""}


def test_an_outcome_is_told_by_words_and_sign_and_not_by_colour_alone() -> None:
    text = page([Told(SAMPLE, {})], "en")

    assert '<span class="outcome breached"><i aria-hidden="true">✗</i> breached</span>' in text


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_nothing_that_a_file_or_a_record_says_becomes_markup(lang: Lang) -> None:
    norms = tuple(replace(n, words=EVIL, text=EVIL, heading=EVIL) for n in AGREEMENT.norms)
    agreement = replace(AGREEMENT, id=EVIL, title=EVIL, norms=norms)
    found = replace(BREACH, finding=replace(BREACH.finding, bearer=EVIL, act="evil", exception=EVIL, account=EVIL))
    told = replace(
        answer(found, agreement=agreement), acts={**ACTS, "evil": {"kind": EVIL, "by": EVIL, "sources": EVIL}}
    )
    text = page([Told(told, {0: EXPLANATION})], lang)
    made = Page(text)

    assert len(made.all("script")) == 1
    assert made.all("img") == []
    assert "\x1b" not in text and "\u202e" not in text


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_any_name_leaves_the_page_whole(name: str) -> None:
    agreement = replace(AGREEMENT, title=name, language=name)
    found = replace(BREACH, finding=replace(BREACH.finding, bearer=name, act=name))

    assert shown(answer(found, agreement=agreement)).all("script") == [{}]


def test_a_map_stands_inside_the_page() -> None:
    svg = '<?xml version="1.0"?>\n<svg viewBox="0 0 1 1"><title>map</title></svg>'
    text = page([Told(SAMPLE, {}, svg)], "en")

    assert '<figure aria-label="Map"><svg viewBox="0 0 1 1">' in text
    assert "<?xml" not in text


def test_thousands_of_rows_repeat_no_words_of_the_article() -> None:
    rows = [replace(BREACH, finding=replace(BREACH.finding, act=f"d{i}")) for i in range(600)]
    text = page([Told(answer(*rows), {})], "en")

    assert text.count("<blockquote") == 1
    assert len(text) < 600 * 1500


def test_an_answer_without_verdicts_says_so() -> None:
    assert "There is no verdict to show." in shown(answer()).words


def test_several_agreements_share_one_page() -> None:
    made = Page(page([Told(SAMPLE, {}), Told(answer(*uncovered(["DEU"])), {})], "en"))

    assert len(made.all("h1")) == 1
    assert {a["data-article"] for a in made.all("tr") if "data-article" in a} >= {"0:5", "1:5"}
