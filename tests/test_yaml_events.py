"""libyaml is asked only where it and the parser of YAML 1.2 read alike: the events are the same, to the last mark."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import Event, ScalarEvent

import servanda
from servanda.yaml_events import NoCharacter, events, lines_of

LIBRARY = Path(servanda.__file__).parents[2] / "library"
SIGNS = " \n:-?[]{},&*!|>'\"%@`#~ab1é\t\\/é越\r\ufeff.=<"


def _seen(event: Event) -> tuple[object, ...]:
    a, b = event.start_mark, event.end_mark
    kept = (getattr(event, name, None) for name in ("value", "anchor", "tag", "style"))
    return (type(event).__name__, *(k or None for k in kept), a.index, a.line, a.column, b.index, b.line, b.column)


def _slowly(text: str) -> list[tuple[object, ...]] | str:
    try:
        return [_seen(e) for e in YAML(typ="safe", pure=True).parse(io.StringIO(text))]
    except YAMLError as error:
        return str(error)


def _read(text: str) -> list[tuple[object, ...]] | str:
    try:
        return [_seen(e) for e in events(text)]
    except YAMLError as error:
        return str(error)


@given(st.text(SIGNS, max_size=30))
def test_any_signs_are_read_as_yaml_1_2(text: str) -> None:
    assert _read(text) == _slowly(text)
    assert _read(text + "\n") == _slowly(text + "\n")


@pytest.mark.parametrize("text", [">#a\n", "a:\n", "{a1: ,b: c}\n", "a", "%YAML 1.1\n---\na\n", "- &x a\n- *x\n"])
def test_what_libyaml_reads_otherwise_is_not_its_to_read(text: str) -> None:
    assert _read(text) == _slowly(text)


def _values(text: str) -> list[str]:
    return [e.value for e in events(text) if isinstance(e, ScalarEvent)]


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_only_yaml_1_1_breaks_lines_at_other_than_line_feeds(sign: str) -> None:
    assert _values(f"# a{sign}b: c\nd: {sign}e{sign}f\n") == ["d", f"{sign}e{sign}f"]
    assert _values(f"a: |\n  b{sign}c\n\ue000: 'd{sign} \ue001'\n") == ["a", f"b{sign}c\n", "\ue000", f"d{sign} \ue001"]
    assert lines_of(f"a{sign}\x0bb\r\nc\rd\ne") == (f"a{sign}\x0bb", "c", "d", "e")


def test_two_escapes_may_be_one_character() -> None:
    assert _values('"\\ud83d\\ude00": "a\\uD83D\\uDE00\\u00e9"\n') == ["\U0001f600", "a\U0001f600\xe9"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('a: b\r\nc: ["\\ud83d\\ude00 \\ud83d"]\n', 1, 18),
        ('a: "\\ude00"\n', 0, 4),
        ('# \\U00110000\na: ["\\U00110000"]\n', 1, 5),
        ("a: b\nc:\x0bd\n", 1, 2),
        ("a: b\nc: d\x7f\n", 1, 4),
        ("a\x00", 0, 1),
    ],
)
def test_what_is_no_character_is_refused_where_it_stands(text: str, line: int, column: int) -> None:
    with pytest.raises(NoCharacter) as caught:
        list(events(text))

    mark = caught.value.problem_mark
    assert mark is not None
    assert (mark.line, mark.column) == (line, column)


def test_a_tag_without_end_is_refused() -> None:
    with pytest.raises(YAMLError, match="too long"):
        list(events("a: b\nc: " + "!" * 1_000_000))


def _mutants(count: int, seed: int) -> list[str]:
    drawn = random.Random(seed)
    texts = [p.read_text(encoding="utf-8") for p in sorted(LIBRARY.rglob("*.yaml"))]
    return [_mutated(drawn.choice(texts), drawn) for _ in range(count)]


def _mutated(text: str, drawn: random.Random) -> str:
    at = drawn.randrange(len(text))
    window = list(text[max(0, at - 200) : at + 200].partition("\n")[2] + "\n")
    for _ in range(drawn.randint(0, 3)):
        window[drawn.randrange(len(window))] += drawn.choice(SIGNS)
    return "".join(window)


@pytest.mark.parametrize("text", _mutants(40, seed=1))
def test_records_with_slips_in_them_are_read_as_yaml_1_2(text: str) -> None:
    assert _read(text) == _slowly(text)


@pytest.mark.long
def test_a_hundred_thousand_records_with_slips_are_read_as_yaml_1_2() -> None:
    assert [text for text in _mutants(100_000, seed=2) if _read(text) != _slowly(text)] == []


def test_a_large_record_is_libyamls_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io, "StringIO", None)  # the slower parser cannot be asked
    read = [list(events(p.read_text(encoding="utf-8"))) for p in (LIBRARY / "2021-security-record").glob("*.yaml")]
    assert sum(map(len, read)) > 10_000
