"""The message catalogue: both languages, the same placeholders, every code that the source uses."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from servanda.messages import LANGS, catalogue
from servanda.vocabulary.verdict import Outcome, Reason

SOURCE = Path(__file__).parents[1] / "src" / "servanda"
FACT = re.compile(r"""Fact\.of\(\s*["']([a-z-]+)["']""")
SAID = re.compile(r"""(?<![.\w])_?say\(\s*["']([a-z][\w.-]*\w)["']\s*[,)]""")
WORDS_OF_OURS = ("not bound", "no coverage", "prescribes no conduct", "voluntary", "not a bearer")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def texts(table: dict[str, object], path: str) -> Iterator[tuple[str, set[str]]]:
    """Each table by its path, and the keys in it that hold a text."""
    yield path, {k for k, v in table.items() if isinstance(v, str)}
    for key, value in table.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}.{key}" if path else key)


def sources() -> list[tuple[Path, str]]:
    return [(p, p.read_text(encoding="utf-8")) for p in sorted(SOURCE.rglob("*.py"))]


@pytest.mark.parametrize("file", sorted((SOURCE / "messages").glob("*.toml")), ids=lambda f: f.name)
def test_a_message_file_holds_nothing_but_messages_in_all_languages(file: Path) -> None:
    found = dict(texts(tomllib.loads(file.read_text(encoding="utf-8")), ""))

    assert {path: langs for path, langs in found.items() if langs not in (set(), set(LANGS))} == {}


def test_both_languages_fill_in_the_same_values() -> None:
    differing = {
        key: entry
        for key, entry in catalogue().items()
        if len({frozenset(placeholders(entry[lang])) for lang in LANGS}) > 1
    }

    assert differing == {}


def test_no_message_is_empty_in_a_language() -> None:
    assert [k for k, e in catalogue().items() if any(not e[lang].strip() for lang in LANGS)] == []


def test_every_fact_that_the_source_names_has_words() -> None:
    used = {code for _, text in sources() for code in FACT.findall(text)}

    assert {code for code in used if f"fact.{code}" not in catalogue()} == set()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    assert f"reason.{reason.value}" in catalogue()


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_word(outcome: Outcome) -> None:
    assert f"outcome.{outcome.value.replace(' ', '-')}" in catalogue()


def test_every_sentence_that_the_source_says_by_name_exists() -> None:
    speaking = [(p, text) for p, text in sources() if "servanda.messages import" in text and " say" in text]
    missing = {(p.name, key) for p, text in speaking for key in SAID.findall(text) if key not in catalogue()}

    assert missing == set()


def test_the_reasons_keep_the_words_that_programs_look_for() -> None:
    reasons = " ".join(e["en"] for k, e in catalogue().items() if k.startswith("reason."))

    assert [word for word in WORDS_OF_OURS if word not in reasons] == []


def test_the_vietnamese_text_is_in_vietnamese() -> None:
    """A translation that was forgotten is the English text again; short words may well be the same."""
    same = {k: e["en"] for k, e in catalogue().items() if e["en"] == e["vi"]}
    # Lists of keywords of the language end with an ellipsis: they are the same words in both.
    copied = [k for k, text in same.items() if len(re.sub(r"{\w*}", "", text)) > 12 and not text.endswith("…")]

    assert copied == []
