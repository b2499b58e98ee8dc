"""Whose land a place is, by the record's word and by the map, and whose land conditions ask for."""

from __future__ import annotations

from servanda.norms.groups import is_open
from servanda.norms.scene import Scene
from servanda.norms.term import Group, Operand, Path
from servanda.plan import sql
from servanda.plan.bloc import One, Who, listed, members_of
from servanda.plan.each import CodeTest, some_of_list, some_of_people
from servanda.plan.group import group_pair, people, sliced
from servanda.plan.operand import Several, Single, applies, operand
from servanda.plan.scope import NotComputable, Scope
from servanda.plan.site import Site
from servanda.plan.sql import Expr, any_of, negated, not_null, when
from servanda.plan.truth import FALSE, UNKNOWN, Pair, certain, conjunction, disjunction, unless_known

Whose = Group | Single | Several  # the States that a term names, in a row of the frame


def whose_of(scope: Scope, of: Operand | Group) -> Whose:
    """The States that the term names."""
    value = of if isinstance(of, Group) else operand(scope, of)
    if isinstance(value, Whose):
        return value
    raise NotComputable("territory of something that is no party")


def of_any(scope: Scope, of: Operand | Group, test: CodeTest) -> Pair:
    """The test of the one code, or of any of several; what does not apply is nowhere."""
    match whose := whose_of(scope, of):
        case Several(expr=codes):
            return some_of_list(scope, codes, test)
        case Single(expr=code):
            found = test(scope, code)
        case Group():
            found = some_of_people(scope, people(scope, whose), _of_members(scope, whose, test))
    return _settled(scope, whose, found)


def together(scope: Scope, of: Operand | Group) -> Who:
    """The States that the term names, as one: in whose land among theirs a place lies does not matter."""
    match whose := whose_of(scope, of):
        case Group():
            return members_of(scope, whose)
        case Single(expr=code):
            return One(code)
        case Several(expr=codes):
            return listed(codes)


def on_land(scope: Scope, left: Path, of: Operand | Group) -> Pair:
    """Whether the place is on the States' land: by the record's word, its host, or the map, in this order."""
    return _settled(scope, whose_of(scope, of), land_of(Site(scope, left), together(scope, of)))


def _settled(scope: Scope, whose: Whose, found: Pair) -> Pair:
    """What was found of those whom the row knows; what can be said of whoever else is meant beside it."""
    match whose:
        case Group():
            opened = is_open(Scene(scope.world, scope.world.on), whose)
            return disjunction((found, UNKNOWN)) if opened else found
        case Single():
            return _of_one(whose, found)
        case Several(expr=codes):
            return unless_known(not_null(codes), found)


def _of_one(value: Single, found: Pair) -> Pair:
    if value.nothing:
        return FALSE
    if isinstance(value.expr, sql.exp.Literal):
        return found
    return conjunction((unless_known(not_null(value.expr), found), certain(applies(value))))


def _of_members(scope: Scope, group: Group, test: CodeTest) -> CodeTest:
    """The test of those of whom it is not certain that they belong: certain of nobody who may not."""
    if all(s.named[0] == s.named[1] for s in sliced(scope.builder, group)):
        return test
    return lambda s, code: conjunction((test(s, code), group_pair(s, Single(code), group)))


# ---- by the record's word, or by the map


def land_of(site: Site, who: Who) -> Pair:
    """Whether the place is land of those States."""
    drawn = who.land(site.scope, site.lots())
    blind = any_of((negated(site.mapped), not_null(site.area)))
    found = unless_known(negated(blind), drawn)
    if not (sql.is_null_constant(site.inside) and sql.is_null_constant(site.host)):
        found = either(site.said, _as_said(site, who), found)
    return conjunction((certain(negated(who.nobody)), found))


def _as_said(site: Site, who: Who) -> Pair:
    """By the record's word; where that leaves a dependency open, by coordinates that it allows for."""
    word = who.has(site.word)
    if not who.may_be_any(site.scope.world.places.linked()):
        return word
    named = who.land(site.scope, site.named_lots())
    return Pair(any_of((word.cert, named.cert)), any_of((word.cert, named.poss)))


def either(test: Expr, then: Pair, otherwise: Pair) -> Pair:
    """The one where the test holds, else the other."""
    return Pair(when((test, then.cert), otherwise=otherwise.cert), when((test, then.poss), otherwise=otherwise.poss))
