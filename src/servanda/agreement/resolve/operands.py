"""Paths and operands: variables, attributes, parties and words, each of a sort."""

from __future__ import annotations

from servanda.agreement import syntax as s
from servanda.agreement.resolve.context import Here, Variable
from servanda.norms.term import Nothing, Operand, PartyName, Path, Word
from servanda.vocabulary.act import Attribute, Sort

Want = Attribute | Sort | None

_ACTS = (Sort.ACT, Sort.ACT_OR_PARTY)
_CALENDAR_ATTRIBUTES = ("start", "until")


def path(here: Here, node: s.PathRef) -> Path:
    """An attribute of a variable, or the variable itself."""
    variable = here.variables.get(node.names[0])
    if variable is None:
        raise here.refuse("unbound-variable", node, _unbound_case(here), name=node.names[0])
    steps: list[Attribute] = []
    kinds, sort = variable.kinds, variable.sort
    for name in node.names[1:]:
        attribute = _attribute(here, node, variable, kinds, sort, name)
        steps.append(attribute)
        kinds, sort = ("act",), attribute.sort
    return Path(node.names[0], tuple(steps), sort, span=here.span(node))


def _unbound_case(here: Here) -> str | None:
    return "none" if not here.variables else None


def _attribute(
    here: Here, node: s.PathRef, variable: Variable, kinds: tuple[str, ...], sort: Sort, name: str
) -> Attribute:
    vocabulary = here.context.vocabulary
    if sort is Sort.YEAR and name in _CALENDAR_ATTRIBUTES:
        return vocabulary.attributes[name]
    if sort not in _ACTS:
        raise here.refuse("type-clash", node, "no-attributes", name=variable.name, attribute=name)
    found = vocabulary.attribute(kinds, name)
    if found is None:
        known = {a for k in kinds if k in vocabulary.kinds for a in vocabulary.kinds[k].attributes}
        raise here.unknown("attribute", name, node, known or vocabulary.attributes)
    return found


def sort_of(here: Here, node: object) -> Want:
    """What the other side of `is` must be: the attribute or sort of a path; None for a bare word or a name."""
    match node:
        case s.PathRef(names=names):
            if names[0] not in here.variables:
                return None
            found = path(here, node)
            return found.steps[-1] if found.steps else found.sort
        case s.ItRef():
            return Sort.PARTY
    return None


def operand(here: Here, node: object, want: Want) -> Operand:
    """One side of `is`, where the other side wants values of a sort."""
    match node:
        case s.PathRef():
            return _path_or_word(here, node, want)
        case s.NameRef():
            return _name(here, node, want)
        case s.NumberRef(value=value, unit=unit):
            if _sort(want) is Sort.YEAR and not unit and value.denominator == 1:
                return Word(str(int(value)), span=here.span(node))
            raise here.refuse("type-clash", node, "number-is")
        case s.DateRef():
            raise here.refuse("type-clash", node, "date-is")
        case s.ItRef():
            return it(here, node)
    raise here.refuse("type-clash", node, "not-operand")


def it(here: Here, node: object) -> Path:
    """The State that the clause speaks of, as an operand."""
    if not here.clause:
        raise here.refuse("type-clash", node, "it-outside-clause")
    return Path("it", (), Sort.PARTY, span=here.span(node))


def _sort(want: Want) -> Sort | None:
    return want.sort if isinstance(want, Attribute) else want


def _path_or_word(here: Here, node: s.PathRef, want: Want) -> Operand:
    sort = _sort(want)
    bound = node.names[0] in here.variables
    word = ".".join(node.names)
    if sort is Sort.NORM and not bound:
        _known_norm(here, node, word)
        return Word(word, span=here.span(node))
    if not bound and len(node.names) == 1:
        return _word(here, node, want)
    found = path(here, node)
    if sort is not None and not compatible(found.sort, sort):
        raise here.refuse("type-clash", node, None, left=sort.value, right=found.sort.value)
    return found


def _known_norm(here: Here, node: s.PathRef, word: str) -> None:
    if here.context.norm_ids and word not in here.context.norm_ids and "." in word:
        raise here.unknown("norm", word, node, here.context.norm_ids)


def compatible(one: Sort, other: Sort) -> bool:
    """Whether values of the two sorts can name the same thing."""
    return one is other or (
        Sort.ACT_OR_PARTY in (one, other) and {one, other} <= {Sort.ACT_OR_PARTY, Sort.ACT, Sort.PARTY}
    )


def _word(here: Here, node: s.PathRef, want: Want) -> Operand:
    word = node.names[0]
    if word == "none" and want is not None:
        return Nothing(span=here.span(node))
    match want:
        case Attribute(sort=Sort.WORD, values=values):
            if values and word not in values:
                raise here.unknown("value", word, node, values)
            return Word(word, span=here.span(node))
        case Sort.WORD:
            return Word(word, span=here.span(node))
    raise here.refuse("unbound-variable", node, _unbound_case(here), name=word)


def _name(here: Here, node: s.NameRef, want: Want) -> Operand:
    sort = _sort(want)
    if sort is Sort.NORM:
        return Word(node.text, span=here.span(node))
    if sort is Sort.WORD:
        raise here.refuse("type-clash", node, "name-for-word", name=node.text)
    if sort not in (None, Sort.PARTY, Sort.ACT_OR_PARTY):
        raise here.refuse("type-clash", node, "name-for-other", name=node.text, sort=_sort_text(sort))
    return party_name(here, node)


def _sort_text(sort: Sort | None) -> str:
    return sort.value if sort is not None else ""


def party_name(here: Here, node: s.NameRef) -> PartyName:
    """A State, an organisation or an organ by name."""
    context = here.context
    term = context.terms.get(node.text)
    if term is not None and term.kind == "organ":
        return PartyName(node.text, span=here.span(node))
    if term is not None:
        case = "is-group" if term.kind == "group" else "not-party"
        raise here.refuse("type-clash", node, case, term.key.span, name=node.text)
    code = context.parties.code(node.text)
    if code is None:
        raise here.unknown("party", node.text, node, [*context.parties.names(), *context.terms])
    return PartyName(code, span=here.span(node))
