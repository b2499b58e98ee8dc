"""`servanda vocabulary`: the kinds of act and their attributes."""

from __future__ import annotations

from rich import box
from rich.table import Table

from servanda.cli.output import standard_output
from servanda.cli.parsing import Arguments, suggesting
from servanda.errors import InputError
from servanda.messages import Lang, say
from servanda.report.console import paged
from servanda.vocabulary.act import Attribute, Kind, vocabulary


def show(arguments: Arguments, lang: Lang) -> int:
    """All kinds, or one kind with its attributes."""
    kinds = vocabulary().kinds
    table = _kinds(lang)
    if arguments.operands:
        name = arguments.operands[0]
        if name not in kinds:
            raise InputError([suggesting("unknown-kind", name, list(kinds))])
        table = _attributes(kinds[name], lang)
    with standard_output() as out, paged(out) as page:
        page.print(table)
    return 0


def _table(*columns: str, lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(say(f"cli.column.{column}", lang), overflow="fold")
    return table


def _kinds(lang: Lang) -> Table:
    table = _table("kind", "meaning", "lasts", "own", lang=lang)
    common = _common()
    for kind in vocabulary().kinds.values():
        own = ", ".join(a for a in kind.attributes if a not in common)
        table.add_row(kind.name, kind.vi if lang == "vi" else kind.en, _lasting(kind, lang), own)
    return table


def _common() -> frozenset[str]:
    """What every kind has."""
    return frozenset.intersection(*(frozenset(k.attributes) for k in vocabulary().kinds.values()))


def _lasting(kind: Kind, lang: Lang) -> str:
    key = "stands" if kind.stands else "lasts" if kind.lasts else "sent" if kind.message else "event"
    return say(f"cli.lasting.{key}", lang)


def _attributes(kind: Kind, lang: Lang) -> Table:
    table = _table("attribute", "meaning", "values", lang=lang)
    table.title = f"{kind.name}: {kind.vi if lang == 'vi' else kind.en} ({_lasting(kind, lang)})"
    table.title_justify = "left"
    for attribute in kind.attributes.values():
        meaning = attribute.vi if lang == "vi" else attribute.en
        table.add_row(attribute.name, meaning, _values(attribute, lang))
    return table


def _values(attribute: Attribute, lang: Lang) -> str:
    if attribute.values:
        return (" < " if attribute.scale else ", ").join(attribute.values)
    told = say(f"cli.sort.{attribute.sort.value.replace(' ', '-')}", lang)
    if attribute.dimension:
        told = f"{told} ({attribute.dimension})"
    return say("cli.several", lang, sort=told) if attribute.many else told
