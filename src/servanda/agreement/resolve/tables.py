"""Parameters and tables: amounts that have a name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Context, Here, Term, Unresolved, unknown_name
from servanda.agreement.resolve.quantities import NUMBER, quantity
from servanda.agreement.resolve.readings import is_readings, pick
from servanda.agreement.yaml import Mapping, Node, Scalar
from servanda.errors import InputError
from servanda.norms.norm import OpenParameter
from servanda.norms.term import Amount, Parameter, Quantity
from servanda.vocabulary.act import Sort
from servanda.vocabulary.unit import unit, units

if TYPE_CHECKING:
    from servanda.agreement.resolve.operands import Want


def parameter(here: Here, node: s.NameRef) -> Amount:
    """A parameter by name. One that has readings stands for the amount that was chosen."""
    context = here.context
    term = context.terms.get(node.text)
    if term is None or term.kind != "parameter":
        if term is not None:
            case = "table-needs-row" if term.kind == "table" else "not-amount-name"
            raise here.refuse("type-clash", node, case, term.key.span, name=node.text)
        known = [t.name for t in context.terms.values() if t.kind == "parameter"]
        raise here.unknown("parameter", node.text, node, known)
    value = pick(context, term.value, term.name)
    if isinstance(value, Mapping):
        opened = open_amount(context, term, value)
        return Parameter(term.name, opened.dimension, span=here.span(node))
    found = parameter_value(context, term)
    if is_readings(term.value):
        return found
    return Parameter(term.name, found.dimension, span=here.span(node))


def parameter_value(context: Context, term: Term) -> Quantity:
    """The amount that the text gives a parameter."""
    value = pick(context, term.value, term.name)
    if not isinstance(value, Scalar):
        raise Unresolved
    here = Here(context, value)
    node = context.parse(value, "amount")
    if not isinstance(node, s.NumberRef):
        raise here.refuse("type-clash", node, "parameter-value", name=term.name)
    return quantity(here, node)


def open_amount(context: Context, term: Term, value: Mapping) -> OpenParameter:
    """A parameter that the text leaves open: `{unit: km}`."""
    key = ("open", term.name)
    if key in context.memo:
        found = context.memo[key]
        if found is None:
            raise Unresolved
        assert isinstance(found, OpenParameter)
        return found
    context.memo[key] = None
    named = value.get("unit")
    if not isinstance(named, Scalar):
        context.problems.say("open-needs-unit", value.span, name=term.name)
        raise Unresolved
    found_unit = unit(named.text)
    if found_unit is None:
        known = [n for u in units().values() for n in (u.name, *u.aliases)]
        raise unknown_name(context.problems, "unit", named.text, named.span, known)
    opened = OpenParameter(term.name, "amount", found_unit.dimension, found_unit.name)
    context.memo[key] = opened
    context.open_parameters[term.name] = opened
    return opened


# ---- tables


def table_dimension(here: Here, node: s.CellRef) -> tuple[str, Want]:
    """The dimension of a table's rows, and what its keys are."""
    context = here.context
    term = context.terms.get(node.table)
    if term is None or term.kind != "table":
        known = [t.name for t in context.terms.values() if t.kind == "table"]
        raise here.unknown("table", node.table, node, known)
    rows = table(context, term)
    dimensions = {q.dimension for q in rows.values()} or {NUMBER}
    if len(dimensions) > 1:
        raise here.refuse("unit-clash", node, "table", term.key.span, name=term.name)
    return dimensions.pop(), Sort.WORD if not isinstance(node.key, s.PathRef) else None


def table(context: Context, term: Term) -> dict[str, Quantity]:
    """The rows of a table; a row named for a State is keyed by its code."""
    if term.name not in context.tables:
        context.tables[term.name] = dict(_rows(context, term))
    return context.tables[term.name]


def _rows(context: Context, term: Term) -> Iterator[tuple[str, Quantity]]:
    value = term.value
    if not isinstance(value, Mapping):
        context.problems.say("type-clash", value.span, "table-value", name=term.name)
        return
    if isinstance(file := value.get("file"), Scalar):
        yield from _file_rows(context, term, file)
        return
    for entry in value.entries:
        try:
            yield _row_key(context, entry.key.text), _row_value(context, entry.value)
        except Unresolved:
            continue


def _row_key(context: Context, key: str) -> str:
    return context.parties.code(key) or key


def _row_value(context: Context, value: Node) -> Quantity:
    if not isinstance(value, Scalar):
        context.problems.say("type-clash", value.span, "table-row")
        raise Unresolved
    if value.text.rstrip().endswith("%"):
        return _percent(context, value)
    here = Here(context, value)
    node = context.parse(value, "amount")
    if not isinstance(node, s.NumberRef):
        raise here.refuse("type-clash", node, "table-row")
    return quantity(here, node)


def _percent(context: Context, value: Scalar) -> Quantity:
    try:
        return Quantity(Fraction(value.text.rstrip().removesuffix("%").replace(" ", "")), NUMBER, "%")
    except (ValueError, ZeroDivisionError):
        context.problems.say("type-clash", value.span, "table-row")
        raise Unresolved from None


def _file_rows(context: Context, term: Term, file: Scalar) -> Iterator[tuple[str, Quantity]]:
    for number, row in enumerate(csv_rows(context, term.base, file)[1:], start=2):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) < 2:
            context.problems.say("bad-csv", file.span, "cells", line=str(number), file=file.text)
            continue
        text = " ".join(cells[1:3])
        scalar = Scalar(text, file.place, file.start, file.end, "file")
        try:
            yield _row_key(context, cells[0]), _row_value(context, scalar)
        except Unresolved:
            continue


def csv_rows(context: Context, base: FilePath, file: Scalar) -> list[list[str]]:
    """The rows of a CSV file, its header first, relative to the agreement; what is wrong is reported at the name."""
    from_disk = read_file(context, base, file)
    try:
        lines = csv.reader(io.StringIO(from_disk, newline=""), strict=True)
        return [row for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        context.problems.say("bad-csv", file.span, file=file.text, problem=str(error))
        raise Unresolved from None


def read_file(context: Context, base: FilePath, file: Scalar) -> str:
    """The text of a file that the agreement names."""
    try:
        source = context.open(base / file.text)
    except InputError as error:
        problem = error.diagnostics[0]
        context.problems.report(problem.code, file.span, problem.args, problem.case)
        raise Unresolved from None
    return source.text
