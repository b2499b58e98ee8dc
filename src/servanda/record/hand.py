"""Rows written by hand to what they stand for: one function for each table of the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from servanda.record.cell import NO_VALUE, NONE, read_id
from servanda.record.columns import COMPUTED, Cells, column_of, recorded_attributes
from servanda.record.document import Datum
from servanda.record.entries import (
    CHANGES,
    EXISTENCE,
    STANCES,
    Assertion,
    Correction,
    DatedClaim,
    Instrument,
    Removal,
    Source,
    Stance,
)
from servanda.record.moment import When, read_when
from servanda.record.place import read_place
from servanda.record.refusal import Refused, phrase, suggesting, written
from servanda.record.row import Row
from servanda.temporal import BEGINNING_US, DAY_US, END_US
from servanda.vocabulary.act import Attribute, Kind, vocabulary
from servanda.vocabulary.party import Membership, parties

# A day and an instant are compared with the greatest difference that zones can make.
_ZONES_US = 14 * 3_600_000_000
_ALIASES = {"on-behalf-of": "behalf", "on-behalf": "behalf"}
_DATE_LIKE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
KEYS_OF_ACTS = ("id", "kind", "account", "source", "recorded", "remove")


@dataclass(frozen=True)
class HandAct:
    """An act as a row wrote it. `remove`: a supposition takes the act of that id away."""

    cells: Cells
    remove: bool = False


def read_act(row: Row) -> HandAct | None:
    """A row of `acts`."""
    for other, name in (("act", "id"), *_ALIASES.items()):
        if other in row.entries and name not in row.entries:
            row.entries[name] = row.entries.pop(other)
    act = row.id("id", required=True)
    if row.yes("remove"):
        row.word("kind", tuple(vocabulary().kinds))
        return HandAct({"act": act}, remove=True) if row.finish() else None
    kind = row.take("kind", read_kind, required=True)
    if kind is None:  # what its other keys mean hangs on the kind
        return None
    cells: Cells = {"act": act, "kind": kind.name, "sure": True}
    cells["account"], cells["source"] = row.account(), row.id("source")
    cells["recorded_day"] = row.day_number("recorded")
    cells |= _attributes(row, kind)
    _check_order(row, cells)
    return HandAct(cells) if row.finish() else None


def _attributes(row: Row, kind: Kind) -> Cells:
    cells: Cells = {}
    for key in row.rest():
        attribute = kind.attributes.get(key)
        if attribute is None:
            if row.take(key, written):  # a key without a value was refused for that
                row.refuse(key, row.entries[key].key, unknown_attribute(key, kind, KEYS_OF_ACTS))
        else:
            cells |= row.cells(key, attribute) or {}
    for name in kind.none_unless_written:
        if name not in row.entries:
            cells[column_of(name)] = [] if kind.attributes[name].many else NONE
    return cells


_OPERATIONS = ("correction", "retraction")


def read_kind(datum: Datum) -> Kind:
    """A kind of act that may be recorded."""
    if not isinstance(datum, str):
        raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
    name = datum.strip()
    kind = vocabulary().kinds.get(name) or vocabulary().kinds.get(name.casefold().replace(" ", "-"))
    if name in _OPERATIONS:
        raise Refused("unknown-kind", "operation", name=name, near="")
    if kind is None:
        raise suggesting("unknown-kind", name, [k for k in vocabulary().kinds if k not in COMPUTED])
    if kind.name in COMPUTED:
        raise Refused("unknown-kind", "computed", name=name, near="")
    return kind


def read_instrument_kind(datum: Datum) -> Kind:
    """A kind that is an act on the treaty plane: what is sent and received, or what a verb of the language counts."""
    kind = read_kind(datum)
    if not kind.message and kind.name not in {verb.kind for verb in vocabulary().verbs.values()}:
        raise Refused("unknown-kind", "no-instrument", name=kind.name, near="")
    return kind


def unknown_attribute(name: str, kind: Kind, beside: tuple[str, ...] = ()) -> Refused:
    """The refusal of an attribute that acts of this kind do not have."""
    if name in recorded_attributes():
        return Refused("unknown-attribute", "other", name=name, kind=kind.name)
    return suggesting("unknown-attribute", name, [*kind.attributes, *beside], kind=kind.name)


def _check_order(row: Row, cells: Cells) -> None:
    """Refuse an end that lies certainly before its start."""
    for end in ("until", "last_seen"):
        if ends_before_start(cells, end):
            key = end.replace("_", "-")
            row.refuse(key, row.entries[key].node, Refused("until-before-start"))


def ends_before_start(cells: Cells, end: str) -> bool:
    """True when the end is before the start in every zone."""
    start, stop = cells.get("start_lo"), cells.get(f"{end}_hi")
    if not (isinstance(start, int) and isinstance(stop, int)):
        return False
    days = [cells.get("start_day") is not None, cells.get(f"{end}_day") is not None]
    return stop + (_ZONES_US if any(days) and not all(days) else 0) < start


def read_assertion(row: Row) -> Assertion | None:
    """A row of `assertions`."""
    act = row.id("act", required=True)
    stance: Stance = row.word("stance", STANCES) or "asserts"
    account = row.account(required=True)
    name = row.take("attribute", _attribute_name) or EXISTENCE
    kind = row.take("kind", read_kind)
    attribute = None if name == EXISTENCE else recorded_attributes()[name]
    misnamed = any(p.column == "attribute" for p in row.problems)
    cells = row.take("value", lambda _: None) if misnamed else _claimed(row, attribute, stance)
    said = row.when("said-on") or row.when("said")
    source = row.id("source")
    row.text("note")
    if not row.finish() or act is None or account is None:
        return None
    return Assertion(
        act,
        name,
        stance,
        account,
        cells,
        kind.name if kind else None,
        source,
        said.hi if said else None,
        _day_number(said),
        row.where("act"),
    )


def _claimed(row: Row, attribute: Attribute | None, stance: str) -> Cells | None:
    if attribute is None:
        if "value" in row.entries and row.text("value") != "yes":
            row.refuse("value", row.entries["value"].node, Refused("assertion-value", "existence"))
        return None
    if "value" not in row.entries and stance == "denies":
        return None
    if "value" not in row.entries:
        row.refuse("value", row.node, Refused("assertion-value", "missing", name=attribute.name))
    return row.cells("value", attribute)


def _attribute_name(datum: Datum) -> str:
    if not isinstance(datum, str):
        raise Refused("bad-shape", wanted=phrase("record-shape-of.text"))
    name = "-".join(datum.strip().casefold().replace("_", " ").replace("-", " ").split())
    name = _ALIASES.get(name, name)
    if name != EXISTENCE and name not in recorded_attributes():
        raise suggesting("unknown-attribute", name, [EXISTENCE, *recorded_attributes()], ("any-near", "any"))
    return name


def _day_number(when: When | None) -> int | None:
    if when is None:
        return None
    return when.hi // DAY_US


def read_correction(row: Row) -> Correction | None:
    """A row of `corrections`."""
    act = row.id("act", required=True)
    change = row.word("change", CHANGES, required=True)
    cells: Cells | None = None
    name = row.take("attribute", _attribute_name, required=change == "correction")
    if any(p.column == "attribute" for p in row.problems):  # how its value is read hangs on it
        row.take("value", lambda _: None)
    if name == EXISTENCE:
        row.take("value", written)
        row.refuse("attribute", row.entries["attribute"].node, Refused("correction-existence"))
    elif name is not None:
        cells = row.cells("value", recorded_attributes()[name])
        if "value" not in row.entries:
            row.refuse("value", row.node, Refused("missing-field", name="value"))
    recorded, reason, source = row.day_number("recorded"), row.text("reason"), row.id("source")
    if not row.finish() or act is None or change is None:
        return None
    return Correction(act, change, name, cells, recorded, reason, source, row.where("act"))


def read_instrument(row: Row) -> list[Instrument] | None:
    """A row of `instruments`: one instrument for each party that it names."""
    kind, by = _kind_and_parties(row, required=True)
    on = row.when("on")
    times = {key: row.when(key) for key in ("signed", "sent", "received", "circulated")}
    agreement, id_ = row.text("agreement"), row.id("id")
    recorded, account, source = row.day_number("recorded"), row.account(), row.id("source")
    if kind is None:  # what its other keys mean hangs on the kind
        return None
    values = _attributes(row, kind)
    if not row.finish():
        return None
    signed, received = times["signed"], times["received"] or on
    if kind.name == "signature":  # what is signed is not sent: its day is the day of receipt
        signed = signed or received
        received = received or signed
    return [
        Instrument(
            kind.name,
            party,
            agreement,
            id_,
            signed,
            times["sent"],
            received,
            times["circulated"],
            recorded,
            account,
            source,
            values,
        )
        for party in by
    ]


def _kind_and_parties(row: Row, required: bool) -> tuple[Kind | None, list[str]]:
    if "party" in row.entries and "by" not in row.entries:
        row.entries["by"] = row.entries.pop("party")
    return row.take("kind", read_instrument_kind, required), row.parties("by", required) or []


_OF_INSTRUMENTS = ("on", "signed", "sent", "received", "circulated", "recorded", "account", "source")


def read_removal(row: Row) -> list[Removal] | None:
    """A row of `instruments` that takes some away: those of an id, or of a kind by a party."""
    id_, agreement = row.id("id"), row.text("agreement")
    kind, by = _kind_and_parties(row, required=id_ is None)
    for key in _OF_INSTRUMENTS:  # a row may be copied as it stands
        row.take(key, written)
    if kind is not None:
        _attributes(row, kind)
    if not row.finish():
        return None
    named: list[str | None] = [*by] or [None]
    return [Removal(id_, kind.name if kind else None, party, agreement) for party in named]


def read_membership(row: Row) -> list[Membership] | None:
    """A row of `memberships`: `until` is the first day on which it is no longer a member."""
    group = row.take("group", lambda d: _group(read_id(d)), required=True)
    members = row.parties("member", required=True) or []
    start, until = row.day("from"), row.day("until")
    row.id("source")
    if start and until and until <= start:
        row.refuse("until", row.entries["until"].node, Refused("until-before-start"))
    if not row.finish() or group is None:
        return None
    return [Membership(group, m, start or date.min, until or date.max) for m in members]


def _group(name: str) -> str:
    """The code of a group that is an organisation, else the name as written."""
    return parties().code(name) or name


def read_coverage(row: Row) -> DatedClaim | None:
    """A row of `coverage`. `until` is strict: every such act with a time before it is on record."""
    kinds = row.several("kinds", _kind_name)
    by = row.parties("parties") if "all" not in _plain_list(row, "parties") else row.take("parties", lambda _: None)
    start, until = row.when("from"), row.when("until")
    departures = row.yes("departures")
    if "region" in row.entries:
        row.take("region", lambda _: None)
        row.refuse("region", row.entries["region"].node, Refused("coverage-region"))
    account, source, recorded = row.account(), row.id("source"), row.day_number("recorded")
    row.text("note")
    first, end = (start.lo if start else BEGINNING_US), (until.lo if until else END_US)
    if end <= first:
        row.refuse("until", row.entries.get("until", row.entries["from"]).node, Refused("until-before-start"))
    if not row.finish():
        return None
    named = None if kinds is None or "all" in kinds else frozenset(kinds)
    return DatedClaim(
        named,
        frozenset(by) if by else None,
        first,
        end,
        departures,
        account,
        source,
        recorded,
        start.day if start else None,
        until.day if until else None,
    )


def _plain_list(row: Row, key: str) -> list[str]:
    entry = row.entries.get(key)
    return row.listed(entry.node.text) if entry is not None and hasattr(entry.node, "text") else []


def _kind_name(text: str) -> str:
    return "all" if text == "all" else read_kind(text).name


def read_source(row: Row) -> Source | None:
    """A row of `sources`."""
    id_ = row.id("id", required=True)
    fields = {
        name: row.text(name)
        for name in (
            "publisher", "owner", "author", "title", "date", "language", "url", "archived", "digest",
            "licence", "file", "note",
        )
    }  # fmt: skip
    inferred = row.yes("date-inferred")
    if (day := fields["date"]) is not None and _DATE_LIKE.fullmatch(day):
        row.take("date", read_when)
    if not row.finish() or id_ is None:
        return None
    return Source(id_, date_inferred=inferred, **fields)


def read_named_place(row: Row) -> tuple[str, Cells] | None:
    """A row of `places`: name (or id), lon, lat, in."""
    if "id" in row.entries and "name" not in row.entries:
        row.entries["name"] = row.entries.pop("id")
    row.entries.pop("id", None)
    name = row.text("name", required=True)
    parts: dict[str, Datum] = {}
    for key in ("lon", "lat", "in"):
        text = row.text(key)
        if text is not None and text not in NO_VALUE:
            parts[key] = text
    row.text("note")
    cells: Cells | None = None
    try:
        cells = read_place(parts, {}) if parts else None
    except Refused as reason:
        row.refuse("lon" if reason.code == "place-range" else "in", row.node, reason)
    strange = any(key not in ("id", "name", "lon", "lat", "in", "note") for key in row.entries)
    if parts == {} and name is not None and not strange:
        row.refuse("in", row.node, Refused("bad-place"))
    return (name, cells) if row.finish() and name is not None and cells is not None else None
