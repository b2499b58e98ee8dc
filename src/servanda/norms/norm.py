"""Norms and the agreement that holds them: frozen values, every name resolved.

A norm with readings is several norms that share an id: `Norm.variants` gives one `Variant` for each choice of
readings, and each variant holds plain values. Engines see variants only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from servanda.errors import Diagnostic
from servanda.norms.condition import ActRange, BreachRange, Condition, EveryOf, Has, Line, Range, Timing
from servanda.norms.term import Amount, Group, PartyName, Path, Quantity, Spanned, Time
from servanda.temporal import Counting

Strength = Literal["shall", "should", "may"]
Status = Literal["draft", "open", "in force", "ended"]
Binding = Literal["treaty", "political"]


def walk(term: object) -> Iterator[object]:
    """The term and everything inside it, each term before its parts."""
    waiting = [term]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, tuple):
            waiting += reversed(one)
        else:
            waiting += [getattr(one, name) for name in _PARTS[type(one)]]


class _Parts(dict[type, tuple[str, ...]]):
    """The names of the parts of each kind of term, the last first; looked up once."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        self[kind] = tuple(p.name for p in reversed(fields(kind)) if p.compare) if is_dataclass(kind) else ()
        return self[kind]


_PARTS = _Parts()


@dataclass(frozen=True)
class Bearer:
    """Who answers. `of` a path, a party, or every member of a population. `jointly`: one verdict for all."""

    of: Path | PartyName | EveryOf
    jointly: bool = False


@dataclass(frozen=True)
class Exception_:
    """What saves an act or an occasion: a name and a condition.

    `replaces`: it comes from a norm that prevails (`notwithstanding`), whose id is the name; the occasion is then
    that norm's and not this one's.
    """

    name: str
    condition: Condition
    text: str
    replaces: bool = False


@dataclass(frozen=True)
class Awaits:
    """The verdict waits for an attested judgement of these on this question."""

    judge: Bearer
    whether: str


@dataclass(frozen=True)
class Prohibits:
    """Conduct that is forbidden. `mode` is set for kinds that stand: keeping counts any day, placing the start."""

    range: Range
    mode: Literal["keeping", "placing"] | None
    where: tuple[Line, ...]
    awaits: Awaits | None = None


@dataclass(frozen=True)
class KeptUp:
    """`due: kept up`: a standing duty without an interval; only what `broken` names ends it (or nothing does)."""

    broken: Condition | None


Due = Timing | Literal["at all times", "no deadline"] | KeptUp


@dataclass(frozen=True)
class MayExtend:
    """Who may move a due date: extension acts about the occasion, while the condition holds."""

    by: Condition | None
    at_most: Amount | None
    times: int | None


@dataclass(frozen=True)
class Requires:
    """Conduct that is due. The timing of `due` has on its left the time of the required act that counts."""

    range: Range
    where: tuple[Line, ...]
    due: Due
    matching: Literal["shared", "one to one"] = "shared"
    may_extend: MayExtend | None = None
    due_text: str = ""


@dataclass(frozen=True)
class AtEveryInstant:
    """A stock: what is there at once."""


@dataclass(frozen=True)
class OnTime:
    """A stock on one day or at one instant."""

    time: Time


@dataclass(frozen=True)
class Rolling:
    """A flow: what came within the closed window [t - span, t]."""

    span: Quantity


@dataclass(frozen=True)
class Each:
    """A flow by calendar year or month, or by years counted from a time."""

    unit: Literal["year", "month"]
    start: Time | None


Window = AtEveryInstant | OnTime | Rolling | Each | None


@dataclass(frozen=True)
class Measure:
    """What is measured. `sum`, `count`, `greatest` over acts in the window; `each`: one measure an act."""

    function: Literal["sum", "count", "greatest", "each"]
    amount: Amount | None  # None for count
    window: Window
    dimension: str
    text: str


@dataclass(frozen=True)
class SameMeasure:
    """The reference level: the same measure on another day.

    `tolerance`: where nothing is known of that day, the report nearest to it within this span stands for it,
    and the verdict says so.
    """

    on: Time
    tolerance: Quantity | None = None


@dataclass(frozen=True)
class Steps:
    """Amounts that hold from a time on, that day included; before the first there is no limit."""

    steps: tuple[tuple[Time, Amount], ...]


Ceiling = Amount | SameMeasure | Steps


@dataclass(frozen=True)
class Limits:
    """A measured quantity against a ceiling (`at most`) or a floor (`at least`)."""

    range: Range
    where: tuple[Line, ...]
    per: tuple[Path, ...]
    measure: Measure
    at_most: Ceiling | None
    at_least: Ceiling | None
    ceiling_text: str = ""


@dataclass(frozen=True)
class Permits:
    """Conduct that is allowed; it acts through the norms over which it prevails."""

    range: Range
    where: tuple[Line, ...]


@dataclass(frozen=True)
class Standard:
    """Open-textured conduct: only a statement that invokes the norm engages it, only a judgement decides it."""

    text: str
    awaits: Awaits


@dataclass(frozen=True)
class Declares:
    """Words that prescribe no conduct."""

    text: str


Shape = Prohibits | Requires | Limits | Permits | Standard | Declares


@dataclass(frozen=True)
class Variant:
    """One norm under one choice of every reading it rests on.

    `readings`: name of the reading to the choice taken; empty when the norm has none.
    """

    id: str
    article: str
    readings: Mapping[str, str]
    shape: Shape
    bearer: Bearer | None  # None only for words that prescribe no conduct
    owed_to: Bearer | None
    for_each: tuple[Range, ...]
    when: tuple[Line, ...]
    unless: tuple[Exception_, ...]
    start: Time | None  # `from`
    until: Time | None
    strength: Strength
    prevails_over: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()

    @cached_property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The readings and what was chosen, by name: as a finding has them."""
        return tuple(sorted(self.readings.items()))

    @property
    def jointly(self) -> bool:
        """Whether all who answer are held to it together."""
        return self.bearer is not None and self.bearer.jointly

    @property
    def where(self) -> tuple[Line, ...]:
        """The lines under `where`; none where the shape has no such lines."""
        lines: tuple[Line, ...] = getattr(self.shape, "where", ())
        return lines

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The ranges of `for each`, and the one under the head where the shape has one."""
        head = getattr(self.shape, "range", None)
        return self.for_each if head is None else (*self.for_each, head)

    @cached_property
    def terms(self) -> tuple[object, ...]:
        """Everything that stands in the variant, each term before its parts."""
        return tuple(walk(self))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The kinds of act that its conditions read beside the act under the head; 'act' where it may be any."""
        extend = getattr(self.shape, "may_extend", None)
        inside = walk((self.when, self.where, self.unless, self.bearer, self.start, self.until, extend))
        read: set[str] = set()
        for term in inside:
            match term:
                case ActRange(kinds=kinds):
                    read |= set(kinds)
                case Has(verb=verb):
                    read.add(verb.kind)
                case BreachRange():
                    read.add("act")
                case Path(steps=steps) if len(steps) > 1:
                    read.add("act")
        return frozenset(read)


@dataclass(frozen=True)
class Reading:
    """One choice of a reading: what it says and who defends it ('encoder' where nobody is known to)."""

    name: str
    held_by: str = "encoder"
    says: str = ""


@dataclass(frozen=True)
class Norm(Spanned):
    """A norm as the file lays it down: its article, its words, its variants."""

    id: str
    article: str  # '4(2)'
    heading: str  # the heading above it
    words: str  # the prose of the article that stands above the block
    note: str
    text: str  # read aloud, one sentence
    readings: Mapping[str, tuple[Reading, ...]]  # by the reading's name
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class OpenParameter:
    """What the text leaves open: an amount with a unit, a group of States, or a region."""

    name: str
    what: Literal["amount", "group", "region"]
    dimension: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Stage(Spanned):
    """One stage of a clause: `when` comes true at a time, `effect` follows from it. `run`: an engine runs it."""

    name: str  # "entry into force", "joining", "exit", …
    when: Condition | None
    unless: Condition | None
    effect: Time | Literal["on that day"] | None
    text: str  # canonical form, for reports
    options: Mapping[str, str] = field(default_factory=dict)  # the other keys, as written
    not_before: Time | None = None
    run: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the text and the blocks that lay it down, for the coverage table and the report."""

    article: str
    heading: str
    words: str
    norms: tuple[str, ...]
    stages: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Agreement:
    """An agreement, read and resolved."""

    id: str
    title: str
    status: Status
    binding: Binding
    published: date | None
    signed: date | None
    opened: date | None
    parties: Group
    depositary: str | None
    counting: Counting
    language: str
    norms: tuple[Norm, ...]
    stages: tuple[Stage, ...]
    parameters: Mapping[str, Quantity]  # with a value, from the text
    open_parameters: Mapping[str, OpenParameter]
    tables: Mapping[str, Mapping[str, Quantity]]
    regions: Mapping[str, object]  # geometry files by region name, loaded by spatial
    paragraphs: tuple[Paragraph, ...]
    file: str
    digest: str
    zone_declared: bool = True
    territory: str = ""  # how far territory reaches, as the terms say; empty: they do not, and it is land
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)  # what a reader should know of the text

    def norm(self, norm_id: str) -> Norm:
        """The norm of that id. Raises KeyError when there is none."""
        for norm in self.norms:
            if norm.id == norm_id:
                return norm
        raise KeyError(norm_id)
