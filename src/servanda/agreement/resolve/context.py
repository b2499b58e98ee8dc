"""What resolving needs to know: the file's terms, the parties, the vocabulary, and where to report.

`Context` belongs to one file; `Here` to one expression in it, with the variables that are bound there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Literal, overload

from servanda.agreement import syntax as s
from servanda.agreement.expected import Expectation
from servanda.agreement.parser import Problem, parse
from servanda.agreement.printer import show_name
from servanda.agreement.source import Source, open_source
from servanda.agreement.yaml import Mapping as YamlMapping
from servanda.agreement.yaml import Node, Scalar
from servanda.errors import Diagnostic, Phrase, Severity, Span
from servanda.messages import catalogue, say
from servanda.norms.condition import Range
from servanda.norms.norm import OpenParameter
from servanda.norms.term import Quantity
from servanda.vocabulary.act import Sort, Vocabulary, vocabulary
from servanda.vocabulary.party import Memberships, Parties, known_memberships, parties

TermKind = Literal["group", "region", "activity", "date", "parameter", "table", "organ", "territory"]


class Unresolved(Exception):
    """What was reported leaves no value; raised after the report, caught where the next problem can be found."""


@dataclass(frozen=True)
class Term:
    """A defined term: what it is, where, and its definition as written."""

    name: str
    kind: TermKind
    key: Scalar
    value: Node
    base: FilePath  # the folder that its files are relative to


@dataclass(frozen=True)
class Variable:
    """A variable in scope."""

    name: str
    sort: Sort  # ACT, PARTY or YEAR
    kinds: tuple[str, ...]
    range: Range
    span: Span | None


_SORTS = ("left", "right", "sort")  # arguments that name a sort of value or a dimension


_MOST_SOUGHT = 200  # problems after which no near name is sought: it costs more than all else
_QUOTED = 800  # characters of a name or list that a message repeats


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _sort(name: str) -> str:
    key = f"sort.{name}"
    return Phrase(say(key, "en"), say(key, "vi")) if key in catalogue() else name


@dataclass
class Problems:
    """Gathers what is wrong, each thing once, with the line it stands in and the article above it."""

    sources: dict[str, Source] = field(default_factory=dict)
    found: dict[tuple[object, ...], Diagnostic] = field(default_factory=dict)
    article: str | None = None

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one diagnostic."""
        span = diagnostic.span
        if span is not None and diagnostic.line_text is None and span.file in self.sources:
            line = self.sources[span.file].line(span.line)
            diagnostic = replace(diagnostic, line_text=line)
        if diagnostic.article is None and self.article:
            diagnostic = replace(diagnostic, article=self.article)
        key = (diagnostic.code, diagnostic.case, diagnostic.place, tuple(sorted(diagnostic.args.items())))
        self.found.setdefault(key, diagnostic)

    def say(
        self,
        code: str,
        span: Span | None,
        case: str | None = None,
        severity: Severity = "error",
        second: Span | None = None,
        **args: str,
    ) -> None:
        """Report a code at a place."""
        self.report(code, span, args, case, severity, second)

    def report(
        self,
        code: str,
        span: Span | None,
        args: Mapping[str, str],
        case: str | None = None,
        severity: Severity = "error",
        second: Span | None = None,
    ) -> None:
        """Report a code at a place, with arguments that are at hand as a mapping."""
        said = {k: _sort(v) if k in _SORTS else _quoted(v) for k, v in args.items()}
        self.add(Diagnostic(code, said, span, case=case, severity=severity, second=second))

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that keep the agreement from being used."""
        return [d for d in self.found.values() if d.severity == "error"]


@dataclass
class Context:
    """What one file declares, and the choices under which it is being resolved."""

    problems: Problems
    base: FilePath
    terms: dict[str, Term] = field(default_factory=dict)
    norm_ids: dict[str, Span] = field(default_factory=dict)
    counting_declared: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)  # of the norm being resolved: reading to choice
    open_parameters: dict[str, OpenParameter] = field(default_factory=dict)
    tables: dict[str, dict[str, Quantity]] = field(default_factory=dict)
    geometry: dict[str, object] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)  # terms being resolved, to find circles
    memo: dict[tuple[object, ...], object] = field(default_factory=dict)
    counting_reported: bool = False
    files: dict[str, Source] = field(default_factory=dict)  # other files that were read

    @property
    def vocabulary(self) -> Vocabulary:
        """The kinds of act, their attributes and the verbs."""
        return vocabulary()

    @property
    def parties(self) -> Parties:
        """The States and organisations that the package knows."""
        return parties()

    @property
    def memberships(self) -> Memberships:
        """The organisations whose members are known."""
        return known_memberships()

    def open(self, path: FilePath) -> Source:
        """A file that the agreement names. Raises InputError."""
        source = open_source(path)
        self.files[str(path)] = source
        return source

    @contextmanager
    def resolving(self, term: Term) -> Iterator[None]:
        """While a term is looked into. Reports and raises Unresolved where it is already: it stands for itself."""
        if term.name in self.busy:
            self.problems.say("term-cycle", term.key.span, name=term.name)
            raise Unresolved
        self.busy.append(term.name)
        try:
            yield
        finally:
            self.busy.pop()

    @overload
    def parse(self, scalar: Scalar, start: Literal["condition"]) -> s.ConditionRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["head"]) -> s.HeadRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["ranges"]) -> s.RangesRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["kinds"]) -> s.KindsRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["names"]) -> s.NamesRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["paths"]) -> s.PathsRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["bearer"]) -> s.BearerRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["judge"]) -> s.JudgeRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["group"]) -> s.GroupRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["region"]) -> s.RegionRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["position"]) -> s.PositionRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["amount"]) -> s.AmountRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["ceiling"]) -> s.CeilingRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["start_time"]) -> s.TimeRef: ...
    @overload
    def parse(self, scalar: Scalar, start: Literal["effect"]) -> s.EffectRef: ...
    @overload
    def parse(self, scalar: Scalar, start: str) -> s.Expression: ...
    def parse(self, scalar: Scalar, start: str) -> Any:
        """The tree of a scalar. Reports and raises Unresolved where it has none."""
        key = ("parse", scalar.place, scalar.start, start)
        if key not in self.memo:
            self.memo[key] = self._parse(scalar, start)
        found = self.memo[key]
        if found is None:
            raise Unresolved
        return found

    def _parse(self, scalar: Scalar, start: str) -> s.Expression | None:
        try:
            return parse(scalar.text, start)
        except Problem as problem:
            if scalar.style == "'":  # the quotes were meant for the name, and YAML took them
                try:
                    return parse(show_name(scalar.text), start)
                except Problem:
                    pass
            self._report(problem, scalar)
            return None

    def _report(self, problem: Problem, scalar: Scalar) -> None:
        args = dict(problem.args_)
        if problem.expectation is not None:
            args["expected"] = _phrase(problem.expectation)
            args["near"] = problem.expectation.near
        second = scalar.part(*problem.second) if problem.second else None
        span = scalar.part(problem.start, problem.end)
        self.problems.report(problem.code, span, args, problem.case, second=second)

    def scoped_key(self, name: str) -> tuple[object, ...]:
        """What the value of a term depends on: its name and the choices."""
        return (name, tuple(sorted(self.choices.items())))


def _phrase(expectation: Expectation) -> Phrase:
    return Phrase(expectation.sentence("en"), expectation.sentence("vi"))


@dataclass(frozen=True)
class Here:
    """One expression: its scalar, the variables bound there, and whether it stands in a clause."""

    context: Context
    scalar: Scalar
    variables: Mapping[str, Variable] = field(default_factory=dict)
    clause: bool = False
    bearer_is_act: bool = False

    def span(self, node: object) -> Span:
        """Where a node of the expression stands in the file."""
        start, end = getattr(node, "at", (0, len(self.scalar.text)))
        return self.scalar.part(start, end)

    def refuse(
        self, code: str, node: object, case: str | None = None, second: Span | None = None, **args: str
    ) -> Unresolved:
        """Report a problem with a node; the caller raises what is returned."""
        self.context.problems.report(code, self.span(node), args, case, second=second)
        return Unresolved()

    def unknown(self, what: str, name: str, node: object, known: Iterable[str]) -> Unresolved:
        """Report a name that nobody declares, with the nearest that is declared."""
        return unknown_name(self.context.problems, what, name, self.span(node), known)

    def note(self, code: str, node: object, severity: Severity = "note", **args: str) -> None:
        """Remark on a node without refusing it."""
        self.context.problems.report(code, self.span(node), args, None, severity)

    def with_variable(self, variable: Variable) -> Here:
        """The same place with one more variable bound."""
        return replace(self, variables={**self.variables, variable.name: variable})

    def at(self, scalar: Scalar) -> Here:
        """The same scope, in another scalar."""
        return replace(self, scalar=scalar)


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant, or the empty string."""
    by_folded: dict[str, str] = {}
    for one in known:
        by_folded.setdefault(one.casefold(), one)
    found = difflib.get_close_matches(name.casefold(), by_folded, 1, 0.65)
    return by_folded[found[0]] if found else ""


def unknown_name(problems: Problems, what: str, name: str, span: Span | None, known: Iterable[str]) -> Unresolved:
    """Report `unknown-name` of a sort; see `Here.unknown`."""
    near = nearest(name, known) if len(problems.found) < _MOST_SOUGHT else ""
    case = f"{what}-near" if near else what
    problems.report("unknown-name", span, {"name": name, **({"near": near} if near else {})}, case)
    return Unresolved()


def value_of(node: Node | None) -> Scalar | None:
    """The text under a key: a scalar, or the `means` of a mapping."""
    if isinstance(node, YamlMapping):
        means = node.get("means")
        return means if isinstance(means, Scalar) else None
    return node if isinstance(node, Scalar) else None
