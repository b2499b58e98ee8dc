"""Places: territories and their belts, seas by name, zones, strips, regions that the text defines or leaves open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import cast, get_args

from servanda.agreement import syntax as s
from servanda.agreement.resolve.amounts import metres
from servanda.agreement.resolve.context import Context, Here, Term, Unresolved
from servanda.agreement.resolve.groups import is_group, named_group
from servanda.agreement.resolve.operands import it, party_name, path
from servanda.agreement.resolve.readings import is_readings, pick
from servanda.agreement.yaml import Mapping, Node, Scalar
from servanda.norms.norm import OpenParameter
from servanda.norms.term import (
    Amount,
    Arithmetic,
    Beyond,
    BorderBetween,
    BorderOf,
    Combined,
    Extent,
    Group,
    Listed,
    Near,
    OpenRegion,
    Operand,
    Outline,
    Path,
    Place,
    Quantity,
    Region,
    Spot,
    TerritoryOf,
)
from servanda.spatial.land.names import known_regions
from servanda.vocabulary.act import Sort
from servanda.vocabulary.place_name import Ambiguous, Found, place_problem, resolve_name
from servanda.vocabulary.territories import region_names, states_of

TERRITORY = "territory"  # the key of `terms`, and of `--set`, that says how far territory reaches
HALF_THE_EARTH_M = 20_003_932  # half a meridian: no two positions are farther apart


def resolve_place(here: Here, node: s.PlaceRef) -> Place:
    """The place. Raises Unresolved after the report."""
    match node:
        case s.PathRef():
            found = path(here, node)
            if found.sort is not Sort.PLACE:
                raise here.refuse("type-clash", node, "not-place", text=".".join(node.names))
            return found
        case s.NameRef():
            return _named(here, node)
        case s.ZoneRef():
            return _zone(here, node)
        case s.PartRef(part, of):
            return TerritoryOf(part, _side(here, of), extent(here.context), span=here.span(node))
        case s.BorderOfRef(of):
            return BorderOf(_owner(here, of), span=here.span(node))
        case s.BorderRef(first, second):
            return BorderBetween(_side(here, first), _side(here, second), span=here.span(node))
        case s.StripRef(width, first, second):
            line = BorderBetween(_side(here, first), _side(here, second), span=here.span(node))
            return Near(_width(here, width), line, span=here.span(node))


def area(here: Here, node: s.PlaceRef) -> Place:
    """A place that something can be in. Raises Unresolved after the report."""
    if isinstance(node, s.BorderRef | s.BorderOfRef):
        raise here.refuse("place-is-line", node)
    return resolve_place(here, node)


def beyond(here: Here, node: s.BeyondRef) -> Beyond:
    """One side of a parallel or a meridian."""
    return Beyond(node.side, -node.degrees if node.letter in "SW" else node.degrees, span=here.span(node))


def near(here: Here, node: s.NearRef) -> Near:
    """Everything within a distance of a place."""
    return Near(_width(here, node.distance), resolve_place(here, node.of), span=here.span(node))


# ---- how far territory reaches


def extent(context: Context) -> Extent:
    """What the terms say that territory is, under the choices taken; land where they say nothing."""
    term = context.terms.get(TERRITORY)
    return "land" if term is None else extent_of(context, pick(context, term.value, term.name))


def extent_of(context: Context, value: Node | None) -> Extent:
    """The extent that a value names. Raises Unresolved after the report."""
    words = get_args(Extent)
    if isinstance(value, Scalar) and value.text.strip() in words:
        return cast(Extent, value.text.strip())
    found = value.text if isinstance(value, Scalar) else ""
    span = value.span if value is not None else None
    context.problems.say("bad-choice", span, key=TERRITORY, value=found, allowed=", ".join(words))
    raise Unresolved


def extent_said(context: Context) -> str:
    """What the terms say of territory, for reports; each reading's word; the empty string where they say nothing."""
    term = context.terms.get(TERRITORY)
    if term is None:
        return ""
    if not is_readings(term.value):
        return extent(context)
    choices = cast(Mapping, cast(Mapping, term.value).get("readings"))
    meant = [e.value.get("means") if isinstance(e.value, Mapping) else e.value for e in choices.entries]
    return " / ".join(dict.fromkeys(extent_of(context, value) for value in meant))


# ---- distances


def _width(here: Here, node: s.AmountRef) -> Amount:
    found = metres(here, node)
    check_width(here, node, found)
    return found


def check_width(here: Here, node: object, amount: Amount) -> None:
    """Refuse a distance within which there is nothing, or everything."""
    length = _length(amount)
    if length is None or 0 < length <= HALF_THE_EARTH_M:
        return
    raise here.refuse("distance-range", node, "far" if length > 0 else None)


def _length(amount: Amount) -> Fraction | None:
    """The metres, where the words alone tell."""
    match amount:
        case Quantity(value=value):
            return value
        case Arithmetic(operator=operator, left=left, right=right):
            a, b = _length(left), _length(right)
            if a is None or b is None:
                return None
            return {"plus": a + b, "minus": a - b, "times": a * b}[operator]
    return None


# ---- whose


def _side(here: Here, node: s.Ref) -> Operand | Group:
    if isinstance(node, s.NameRef):
        if is_group(here.context, node.text):
            return named_group(here, node, node.text)
        if node.text not in here.context.terms and (states := _region_states(node.text)):
            return Group(node.text, (Listed(states),), span=here.span(node))
    return _owner(here, node)


def _region_states(name: str) -> frozenset[str]:
    """The States of a region of the United Nations' list, or of a group that is gone; () where it is neither."""
    if not isinstance(found := resolve_name(name), Found) or found.sort not in ("region", "states"):
        return frozenset()
    if found.sort == "states":
        return frozenset(found.key.split("|"))
    return states_of(found.key, date.max) or frozenset()  # such a list is the same on every day


def _owner(here: Here, node: s.Ref) -> Operand:
    match node:
        case s.NameRef():
            return party_name(here, node)
        case s.ItRef():
            return it(here, node)
        case s.PathRef():
            return _party_path(here, node)


def _party_path(here: Here, node: s.PathRef) -> Path:
    found = path(here, node)
    if found.sort not in (Sort.PARTY, Sort.ACT_OR_PARTY):
        raise here.refuse("type-clash", node, "not-party-path", text=".".join(node.names))
    return found


# ---- names


def _named(here: Here, node: s.NameRef) -> Place:
    context = here.context
    term = context.terms.get(node.text)
    if term is not None and term.kind == "region":
        return term_region(context, term)
    if term is not None:
        case = "place-in-group" if term.kind == "group" else "not-region"
        raise here.refuse("type-clash", node, case, term.key.span, name=node.text)
    if node.text in known_regions():
        return Region(node.text, span=here.span(node))
    if context.parties.code(node.text) is not None or is_group(context, node.text):
        raise here.refuse("type-clash", node, "place-in-state", name=node.text)
    if states := _region_states(node.text):
        return TerritoryOf("territory", Group(node.text, (Listed(states),)), extent(context), span=here.span(node))
    match resolve_name(node.text):
        case Found(sort="area", key=area):
            return Region(area, span=here.span(node))
        case Ambiguous() as several:
            context.problems.add(place_problem(several, here.span(node)))
            raise Unresolved
    raise here.unknown("region", node.text, node, [*known_regions(), *region_names(), *_own_regions(context)])


def _own_regions(context: Context) -> list[str]:
    return [t.name for t in context.terms.values() if t.kind == "region"]


def _zone(here: Here, node: s.ZoneRef) -> Place:
    """`zone Z` stands for a region that the agreement defines, and for no sea or State of that name."""
    context = here.context
    term = context.terms.get(node.name)
    if term is None:
        raise here.unknown("zone", node.name, node, _own_regions(context))
    if term.kind != "region":
        raise here.refuse("type-clash", node, "not-region", term.key.span, name=node.name)
    return term_region(context, term)


# ---- regions of the text


def term_region(context: Context, term: Term) -> Place:
    """The region that a term of `regions`, or an open one of `parameters`, stands for."""
    with context.resolving(term):
        return _value(context, term)


def _value(context: Context, term: Term) -> Place:
    value = pick(context, term.value, term.name)
    match value:
        case Scalar():
            node = context.parse(value, "region")
            return resolve_region(Here(context, value), node, term.name)
        case Mapping() if isinstance(file := value.get("geometry"), Scalar):
            _no_other_keys(context, value, "geometry")
            return _from_file(context, term, file)
        case Mapping() if value.get("centre") is not None or value.get("radius") is not None:
            _no_other_keys(context, value, "centre", "radius")
            return _circle(context, term, value)
        case Mapping() if value.get("region") is not None:
            context.open_parameters.setdefault(term.name, OpenParameter(term.name, "region"))
            return OpenRegion(term.name, span=term.key.span)
    context.problems.say("type-clash", term.key.span, "region-value", name=term.name)
    raise Unresolved


def _no_other_keys(context: Context, value: Mapping, *known: str) -> None:
    for entry in value.entries:
        if entry.key.text not in known:
            context.problems.say("unknown-key", entry.key.span, key=entry.key.text, known=", ".join(known))


def _from_file(context: Context, term: Term, file: Scalar) -> Outline:
    where = term.base / file.text
    try:
        found = where.is_file()
    except OSError:  # a name that no folder can hold
        found = False
    if not found:
        context.problems.say("cannot-read-file", file.span, "missing", file=file.text)
        raise Unresolved
    context.geometry[term.name] = str(where)
    return Outline(term.name, str(where), span=term.key.span)


def _circle(context: Context, term: Term, value: Mapping) -> Combined:
    """`{centre: 41.9° N 12.5° E, radius: 30 km}`."""
    centre, radius = value.get("centre"), value.get("radius")
    if not isinstance(centre, Scalar) or not isinstance(radius, Scalar):
        missing = "radius" if isinstance(centre, Scalar) else "centre"
        context.problems.say("circle-incomplete", term.key.span, name=term.name, key=missing)
        raise Unresolved
    spot, amount = context.parse(centre, "position"), context.parse(radius, "amount")
    here = Here(context, radius)
    width = _width(here, amount)
    inside = Near(width, Spot(spot.lon, spot.lat, span=Here(context, centre).span(spot)), span=term.key.span)
    return Combined("or", ((False, inside),), term.name, span=term.key.span)


def resolve_region(here: Here, node: s.RegionRef, name: str = "") -> Combined:
    """Parts joined by `or` or `and`."""
    parts = tuple((p.negated, _region_part(here, p)) for p in node.parts)
    return Combined(node.operator, parts, name, span=here.span(node))


def _region_part(here: Here, part: s.RegionPart) -> Place:
    match part.place:
        case s.NearRef():
            return near(here, part.place)
        case s.BeyondRef():
            return beyond(here, part.place)
        case _:
            return area(here, part.place)
