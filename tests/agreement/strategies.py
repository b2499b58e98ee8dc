"""Expressions as they could be written: trees of `servanda.agreement.syntax` for property tests."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from servanda.agreement import syntax as s
from servanda.agreement.build import RESERVED

VARIABLES = st.sampled_from(["x", "q", "d", "long-name", "n2"])
ATTRIBUTES = st.sampled_from(["by", "to", "count", "place", "last-seen", "signature"])
NAMES = st.sampled_from(
    [
        "Russia", "Black Sea", "Sea of Azov", "Annex 2", "Bosnia and Herzegovina", "Members 1997", "Việt Nam",
        "Чёрное море", "Côte d'Ivoire", "Republic of the Congo", "States of Africa", "State", "USA",
        "Strip Width of Law", "Biển Đông", "北约", "in force",
    ]
)  # fmt: skip
UNITS = st.sampled_from(["", "km", "persons", "long tons", "clear days", "hours", "days", "months", "USD"])
POPULATIONS = st.sampled_from(["party", "signatory", "contracting State", "State"])
DIRECTIONS = st.sampled_from(["before", "after"])
RELATIONS = st.sampled_from(["before", "after", "on or before", "on or after"])

decimals = st.builds(lambda n, d: Fraction(n, 10**d), st.integers(0, 10**9), st.integers(0, 3))
paths = st.builds(lambda v, a: s.PathRef((v, *a)), VARIABLES, st.lists(ATTRIBUTES, max_size=2))
names = st.builds(s.NameRef, NAMES)
refs = st.one_of(paths, names, st.just(s.ItRef()))
dates = st.builds(s.DateRef, st.sampled_from(["1997-05-27", "2015-02-15T00:00+02:00", "2015-02-15T12:30:05Z"]))
numbers = st.builds(s.NumberRef, decimals, UNITS)
lengths = st.builds(s.LengthRef, VARIABLES)
terms = st.one_of(paths, names, dates, numbers, lengths, st.just(s.ItRef()))
shares = st.one_of(
    st.just(s.ShareRef("half", Fraction(1))),
    st.builds(lambda n: s.ShareRef("percent", n), decimals),
    st.builds(lambda n, d: s.ShareRef("fraction", Fraction(n), Fraction(d)), st.integers(0, 99), st.integers(1, 99)),
)

amounts: st.SearchStrategy[s.AmountRef] = st.recursive(
    st.one_of(numbers, paths, names, lengths, st.builds(s.CellRef, NAMES, refs)),
    lambda inner: st.one_of(
        st.builds(s.ArithmeticRef, st.sampled_from(["plus", "minus", "times"]), inner, inner),
        st.builds(s.ShareOfRef, shares, inner),
    ),
    max_leaves=5,
)
times: st.SearchStrategy[s.TimeRef] = st.recursive(
    st.one_of(
        paths,
        dates,
        names,
        st.builds(s.TimeWord, st.sampled_from(["that", "the end", "opening", "signature"])),
        st.builds(s.EntryRef, st.none() | NAMES, st.none() | refs),
    ),
    lambda inner: st.one_of(
        st.builds(s.ShiftedRef, amounts, DIRECTIONS, inner),
        st.builds(s.ChosenRef, st.sampled_from(["later", "earlier"]), inner, inner),
        st.builds(
            s.YearlyRef, st.just("first"), st.integers(1, 12), st.integers(1, 28),
            st.sampled_from(["after", "on or after"]), inner,
        ),
        st.builds(
            s.YearlyRef, st.just("last"), st.integers(1, 12), st.integers(1, 28),
            st.sampled_from(["before", "on or before"]), inner,
        ),
        st.builds(s.MonthStartRef, st.integers(1, 23), inner),
    ),
    max_leaves=3,
)  # fmt: skip
PARTS = [
    "territory", "land territory", "internal waters", "territorial sea", "contiguous zone", "airspace",
    "exclusive economic zone",
]  # fmt: skip
places = st.one_of(
    paths,
    names,
    st.builds(s.PartRef, st.sampled_from(PARTS), refs),
    st.builds(s.BorderRef, refs, refs),
    st.builds(s.BorderOfRef, refs),
    st.builds(s.ZoneRef, NAMES),
    st.builds(s.StripRef, amounts, refs, refs),
)
parallels = st.sampled_from([Fraction(0), Fraction(60), Fraction(419, 10), Fraction(124, 3), Fraction(90)])
meridians = st.sampled_from([Fraction(0), Fraction(30), Fraction(251, 20), Fraction(4999, 60), Fraction(180)])
beyonds = st.one_of(
    st.builds(s.BeyondRef, st.sampled_from(["north", "south"]), parallels, st.sampled_from(["N", "S"])),
    st.builds(s.BeyondRef, st.sampled_from(["east", "west"]), meridians, st.sampled_from(["E", "W"])),
)
positions = st.builds(lambda a, b, u, v: s.PositionRef(a * u, b * v), parallels, meridians,
                      st.sampled_from([1, -1]), st.sampled_from([1, -1]))  # fmt: skip
nears = st.builds(s.NearRef, amounts, places)
orders = st.builds(s.OrderRef, RELATIONS, times)
offsets = st.builds(s.OffsetRef, st.sampled_from(["at least", "more than", "within"]), amounts, DIRECTIONS, times)
timings = st.one_of(orders, offsets)
pops = st.one_of(
    st.builds(lambda p, o: s.Pop(p, None, o), POPULATIONS, st.booleans()),
    st.builds(lambda g, o: s.Pop(None, g, o), NAMES, st.booleans()),
)
plurals = st.one_of(
    st.builds(lambda p, o: s.Pop(p, None, o, True), POPULATIONS, st.booleans()),
    st.builds(lambda g, t: s.Pop(None, g, False, True, t), NAMES, st.none() | dates),
)
predicates = st.one_of(
    st.builds(s.SameAs, terms),
    st.builds(lambda t: s.OneOf(tuple(t)), st.lists(terms, min_size=1, max_size=3)),
    st.builds(s.OfKind, pops),
    st.builds(s.InPlace, places, st.none() | times),
    st.just(s.IsInForce()),
    st.builds(s.AboveWord, st.sampled_from(["brigade", "corps"])),
    st.builds(s.BetweenRef, amounts, amounts),
    st.builds(s.Compared, st.sampled_from(["at least", "at most", "more than", "less than"]), amounts),
    nears,
    beyonds,
    timings,
)
subjects = st.one_of(
    st.builds(s.EveryOne, st.sampled_from(["every", "some", "no"]), pops),
    st.builds(s.SoMany, st.booleans(), st.one_of(st.integers(0, 200), shares), plurals),
    st.builds(s.Weighted, plurals, st.booleans(), shares, NAMES),
    refs,
)
VERBS = st.sampled_from(["deposited", "given notice", "consented to", "notified completion", "agreed"])
sentences = st.one_of(
    st.builds(s.IsSentence, terms, st.booleans(), predicates),
    st.builds(s.HasSentence, subjects, VERBS, st.none() | refs, st.none() | timings),
)
ranges = st.one_of(
    st.builds(
        lambda k, v: s.ActRangeRef(tuple(k), v),
        st.lists(st.sampled_from(["exercise", "incident", "use-of-force"]), min_size=1, max_size=3),
        VARIABLES,
    ),
    st.builds(s.ActivityRangeRef, NAMES, VARIABLES),
    st.builds(s.BreachRangeRef, st.sampled_from(["nato.art5", "a1", "art4(2).b"]), VARIABLES),
    st.builds(s.PartyRangeRef, POPULATIONS, st.booleans(), VARIABLES),
    st.builds(s.CalendarRangeRef, st.sampled_from(["year", "month"]), VARIABLES),
)


def _joined(parts: list[s.ConditionRef], operator: str) -> s.Joined:
    return s.Joined("and" if operator == "and" else "or", tuple(parts))


conditions: st.SearchStrategy[s.ConditionRef] = st.recursive(
    sentences,
    lambda inner: st.one_of(
        st.builds(_joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["and", "or"])),
        st.builds(s.Negated, inner),
        st.builds(s.QuantifiedRef, st.sampled_from(["some", "no"]), ranges, st.none() | inner),
    ),
    max_leaves=5,
)
items = st.one_of(
    st.builds(lambda n, t: s.GroupItemRef(n, on=t), NAMES, st.none() | dates),
    st.builds(lambda n, t: s.GroupItemRef(n, True, on=t), NAMES, st.none() | dates),
    st.builds(lambda p: s.GroupItemRef(population=p), POPULATIONS),
)
some_items = st.lists(items, min_size=1, max_size=3).map(tuple)
groups = st.builds(s.GroupRef, some_items, st.one_of(st.just(()), some_items))
region_parts = st.one_of(
    st.builds(s.RegionPart, st.booleans(), places | beyonds), st.builds(lambda n: s.RegionPart(False, n), nears)
)
regions = st.one_of(
    st.builds(lambda p: s.RegionRef("or", (p,)), region_parts),
    st.builds(
        lambda o, p: s.RegionRef(o, tuple(p)),
        st.sampled_from(["or", "and"]),
        st.lists(region_parts, min_size=2, max_size=3),
    ),
)
bearers = st.builds(s.BearerRef, st.one_of(refs, pops), st.booleans())
windows = st.one_of(
    st.just(s.EveryInstantRef()),
    st.builds(s.OnTimeRef, times),
    st.builds(lambda n: s.RollingRef(s.NumberRef(Fraction(n), "months")), st.integers(1, 2000)),
    st.builds(s.EachRef, st.sampled_from(["year", "month"]), st.none() | times),
)
measures = st.one_of(
    lengths,
    paths,
    st.builds(s.AggregateRef, st.sampled_from(["sum", "count", "greatest"]), amounts, st.none() | windows),
)
ceilings = st.one_of(
    amounts,
    st.builds(
        s.SameMeasureRef,
        times,
        st.none() | st.builds(lambda n: s.NumberRef(Fraction(n), "days"), st.integers(1, 400)),
    ),
)
heads = st.builds(s.HeadRef, st.sampled_from([None, "keeping", "placing"]), ranges)
dues = st.one_of(
    st.builds(s.DueTiming, paths, timings),
    st.builds(s.DueWord, st.sampled_from(["at all times", "no deadline", "kept up"])),
)
EXPRESSIONS: dict[str, st.SearchStrategy[object]] = {
    "condition": conditions,
    "amount": amounts,
    "start_time": times,
    "effect": st.one_of(st.just(s.OnThatDay()), times),
    "group": groups,
    "region": regions,
    "position": positions,
    "bearer": bearers,
    "judge": st.builds(s.JudgeRef, bearers),
    "measure": measures,
    "ceiling": ceilings,
    "head": heads,
    "ranges": st.lists(ranges, min_size=1, max_size=3).map(lambda r: s.RangesRef(tuple(r))),
    "due": dues,
    "paths": st.lists(paths, min_size=1, max_size=3).map(lambda p: s.PathsRef(tuple(p))),
    "names": st.lists(names, min_size=1, max_size=3).map(lambda n: s.NamesRef(tuple(n))),
    "kinds": st.lists(st.sampled_from(["exercise", "flight"]), min_size=1).map(lambda k: s.KindsRef(tuple(k))),
}

assert not RESERVED & {"x", "q", "d", "long-name", "n2"}
