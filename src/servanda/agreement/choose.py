"""Choosing among readings, and giving values to what the text leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from servanda.agreement import syntax as s
from servanda.agreement.markdown import Block
from servanda.agreement.resolve.assemble import resolved
from servanda.agreement.resolve.context import Context, Here, Problems, Unresolved, nearest
from servanda.agreement.resolve.groups import resolve_group
from servanda.agreement.resolve.places import TERRITORY, area, extent_of, resolve_region
from servanda.agreement.resolve.quantities import quantity
from servanda.agreement.resolve.readings import wrong_choice
from servanda.agreement.resolve.rewrite import rewrite
from servanda.agreement.source import from_text, open_source
from servanda.agreement.yaml import Place, Scalar
from servanda.errors import Diagnostic, InputError
from servanda.norms.norm import Agreement, Norm, OpenParameter
from servanda.norms.term import Group, OpenGroup, OpenRegion, Quantity, TerritoryOf
from servanda.norms.term import Place as PlaceTerm

SET = "--set"


@dataclass(frozen=True)
class Settled(Agreement):
    """An agreement in which values were set, and which they are: a norm that is resolved again needs them anew."""

    values: Mapping[str, str] = field(default_factory=dict, compare=False)


# ---- readings


def choose(agreement: Agreement, choices: Mapping[str, str]) -> Agreement:
    """The agreement under the readings chosen: `NORM.NAME` or, for every norm, `NAME`, to the choice.

    A norm that had too many readings is resolved again from its file; what was set stays set. Raises InputError for a
    reading or a choice that nobody wrote.
    """
    if not choices:
        return agreement
    _check(agreement, choices)
    if any(not norm.variants for norm in agreement.norms):
        again = resolved(open_source(Path(agreement.file)), choices)
        return set_parameters(again, agreement.values if isinstance(agreement, Settled) else {})
    return replace(agreement, norms=tuple(_chosen(norm, choices) for norm in agreement.norms))


def _wanted(norm: str, name: str, choices: Mapping[str, str]) -> str | None:
    return choices.get(f"{norm}.{name}", choices.get(name))


def _chosen(norm: Norm, choices: Mapping[str, str]) -> Norm:
    wanted = {name: w for name in norm.readings if (w := _wanted(norm.id, name, choices)) is not None}
    if not wanted:
        return norm
    variants = tuple(
        v for v in norm.variants if all(v.readings.get(name, choice) == choice for name, choice in wanted.items())
    )
    readings = {
        name: tuple(r for r in offered if r.name == wanted.get(name, r.name)) for name, offered in norm.readings.items()
    }
    return replace(norm, variants=variants, readings=readings)


def _check(agreement: Agreement, choices: Mapping[str, str]) -> None:
    known = {norm.id: norm.readings for norm in agreement.norms}
    wrong = [d for name, choice in choices.items() if (d := wrong_choice(known, name, choice)) is not None]
    if wrong:
        raise InputError(wrong)


# ---- parameters


def set_parameters(agreement: Agreement, values: Mapping[str, str]) -> Agreement:
    """The agreement with values for parameters: amounts ('500 km'), groups ('ARM, BLR'), regions ('Black Sea').

    Raises InputError, with `--set` as the file, for a name that the agreement does not have, a text that cannot be
    read, or a unit that does not fit.
    """
    problems = Problems()
    found = agreement
    for name, text in values.items():
        try:
            found = _set(problems, found, name, text)
        except Unresolved:
            continue
    if problems.errors:
        raise InputError(problems.errors)
    return _with_values(found, values) if values else agreement


def _with_values(agreement: Agreement, values: Mapping[str, str]) -> Settled:
    before = agreement.values if isinstance(agreement, Settled) else {}
    own = {one.name: getattr(agreement, one.name) for one in fields(Agreement)}
    return Settled(**own, values={**before, **values})


def _set(problems: Problems, agreement: Agreement, name: str, text: str) -> Agreement:
    if name == TERRITORY:
        return _with_territory(problems, agreement, text)
    opened = agreement.open_parameters.get(name)
    if opened is None and name not in agreement.parameters:
        known = [*agreement.open_parameters, *agreement.parameters]
        near = nearest(name, known)
        case = "parameter-near" if near else "parameter"
        problems.add(Diagnostic("unknown-name", {"name": name, "near": near}, file=SET, case=case))
        raise Unresolved
    scalar = _scalar(problems, text)
    context = Context(problems, Path(agreement.file).parent, counting_declared=agreement.counting.declared)
    here = Here(context, scalar)
    match opened:
        case OpenParameter(what="group"):
            return _with_group(agreement, name, here)
        case OpenParameter(what="region"):
            return _with_region(agreement, name, here)
    amount = _amount(here, agreement, name)
    return replace(agreement, parameters={**agreement.parameters, name: amount}, open_parameters=_less(agreement, name))


def _scalar(problems: Problems, text: str) -> Scalar:
    """The text as if it stood in a file of its own, so that messages can show it."""
    try:
        source = from_text(text, SET)
    except InputError as error:
        for diagnostic in error.diagnostics:
            problems.add(diagnostic)
        raise Unresolved from None
    problems.sources[SET] = source
    block = Block("terms", source.text, 1, (0,) * (source.text.count("\n") + 1))
    return Scalar(source.text, Place(SET, block), 0, len(source.text), "")


def _amount(here: Here, agreement: Agreement, name: str) -> Quantity:
    node = here.context.parse(here.scalar, "amount")
    if not isinstance(node, s.NumberRef):
        raise here.refuse("type-clash", node, "parameter-value", name=name)
    found = quantity(here, node)
    wanted = _dimension(agreement, name)
    if found.dimension != wanted:
        if found.dimension == "number":
            unit = agreement.open_parameters[name].unit if name in agreement.open_parameters else wanted
            raise here.refuse("unit-missing", node, None, number=here.scalar.text, unit=unit)
        raise here.refuse("unit-clash", node, None, left=wanted, right=found.dimension)
    return found


def _dimension(agreement: Agreement, name: str) -> str:
    opened = agreement.open_parameters.get(name)
    return opened.dimension if opened is not None else agreement.parameters[name].dimension


def _less(agreement: Agreement, name: str) -> dict[str, OpenParameter]:
    return {key: opened for key, opened in agreement.open_parameters.items() if key != name}


def _with_group(agreement: Agreement, name: str, here: Here) -> Agreement:
    tree = here.context.parse(here.scalar, "group")
    group = resolve_group(here, tree)
    value: Group = replace(group, name=name, span=None)

    def change(node: Any) -> Any:
        return value if isinstance(node, OpenGroup) and node.name == name else node

    return _rewritten(agreement, name, change)


_REGION_WORDS = ("in ", "not ", "within ", "north of ", "south of ", "east of ", "west of ")


def _with_territory(problems: Problems, agreement: Agreement, text: str) -> Agreement:
    wanted = extent_of(Context(problems, Path(agreement.file).parent), _scalar(problems, text))

    def change(node: Any) -> Any:
        return replace(node, extent=wanted) if isinstance(node, TerritoryOf) else node

    return replace(_rewritten(agreement, TERRITORY, change), territory=wanted)


def _with_region(agreement: Agreement, name: str, here: Here) -> Agreement:
    text = here.scalar.text.strip()
    place: PlaceTerm
    if text.startswith(_REGION_WORDS):
        place = resolve_region(here, here.context.parse(here.scalar, "region"), name)
    else:
        inside = _scalar(here.context.problems, f"in {text}")
        region = here.context.parse(inside, "region")
        part = region.parts[0].place
        assert not isinstance(part, s.NearRef | s.BeyondRef)
        place = area(here.at(inside), part)

    def change(node: Any) -> Any:
        return place if isinstance(node, OpenRegion) and node.name == name else node

    return _rewritten(agreement, name, change)


def _rewritten(agreement: Agreement, name: str, change: Callable[[Any], Any]) -> Agreement:
    return replace(
        agreement,
        norms=rewrite(agreement.norms, change),
        stages=rewrite(agreement.stages, change),
        parties=rewrite(agreement.parties, change),
        open_parameters=_less(agreement, name),
    )
