"""Facts that are missing or that decide, as noun phrases; like facts of many acts or places as one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from servanda.messages import Lang, catalogue, say
from servanda.report import amounts, times
from servanda.spatial.land.views import area_name
from servanda.vocabulary.act import vocabulary
from servanda.vocabulary.party import parties
from servanda.vocabulary.verdict import Fact


def listed(words: Iterable[str], lang: Lang) -> str:
    """'A', 'A and B', 'A, B and C'."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return say("list.last", lang, most=", ".join(items[:-1]), last=items[-1])


def listed_or(words: Iterable[str], lang: Lang) -> str:
    """'A', 'A or B', 'A, B or C'."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return say("brief.or", lang, most=", ".join(items[:-1]), last=items[-1])


def fact(missing: Fact, lang: Lang, *, several: int = 0) -> str:
    """A fact as a noun phrase with ISO days: 'range of d1', 'level on 1997-05-27'; of more 'range of 7 acts'."""
    args = _said_args(missing, lang)
    if missing.code in ("coverage", "supposed-coverage"):
        told = _coverage(args, lang)
        account = args.get("account")
        return say("fact.supposed-coverage", lang, coverage=told, account=account) if account else told
    if missing.code == "disputed":
        args |= {"area": area_name(args["area"], lang), "says": _says(args["says"], lang)}
    entries = catalogue()
    for key in _wordings(missing, several):
        if key in entries:
            try:
                return entries[key][lang].format(**args, count=several)
            except (KeyError, IndexError):
                pass  # an engine that gives other arguments than the message asks for: told as they are
    return " ".join([missing.code, *(f"{k} {v}" for k, v in sorted(args.items()))])


def _wordings(missing: Fact, several: int) -> list[str]:
    """The messages to try, the most telling first."""
    args = dict(missing.args)
    key = f"fact.{missing.code}"
    own = [f"{key}-{args['attribute'].rpartition('.')[2]}", key] if "attribute" in args else [key]
    if args.get("attribute") == "" == args.get("act", ""):
        return [f"{key}-nameless"]
    if args.get("greatest") == "…":
        own = [f"{key}-{'unnamed' if args['least'] in ('', '0') else 'beyond'}", *own]
    if missing.code == "party" and args.get("attribute") == args.get("act"):
        own = ["fact.party-itself", *own]
    if several:
        own = [f"{k}-several" for k in own] + own
    return [f"{key}-unnamed", *own] if "" in args.values() and not several else own


def _said_args(missing: Fact, lang: Lang) -> dict[str, str]:
    """Attributes, kinds and parties by their names in the language; English keeps the words of the file."""
    args = dict(missing.args)
    if "attribute" in args:
        args["attribute"] = args["attribute"].rpartition(".")[2]  # of a path its last word
    known = vocabulary().attributes.get(args.get("attribute", ""))
    if missing.code in ("margin", "interval"):
        dimension = "length" if missing.code == "margin" else known.dimension if known else ""
        args |= _bounds(args, dimension, missing.code == "margin", lang)
    if "attribute" in args:
        args["attribute"] = known.vi if known and lang == "vi" else args["attribute"].replace("-", " ")
    if args.get("kinds"):
        args["kinds"] = ", ".join(kind_name(k.strip(), lang) for k in args["kinds"].split(","))
    for name in ("party", "parties", "account"):
        if args.get(name):
            args[name] = listed((parties().name(p.strip(), lang) for p in args[name].split(",")), lang)
    return args


_AMOUNT = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?")
_FAR = 10_000  # metres: what a map tells of greater distances is told in whole kilometres


def _bounds(args: Mapping[str, str], dimension: str, roughly: bool, lang: Lang) -> dict[str, str]:
    """The bounds of an amount with marks and, behind the last of them, the unit; an open end stays open."""
    known = {k: Fraction(args[k]) for k in ("least", "greatest") if _AMOUNT.fullmatch(args.get(k, ""))}
    unit = amounts.BASE.get(dimension, dimension)
    if dimension == "length":
        shown = {k: Fraction(round(v / 1000)) if roughly else v / 1000 for k, v in known.items()}
        if all(v >= (_FAR if roughly else 1000) for v in known.values()) and len(set(shown.values())) == len(known):
            known, unit = shown, "km"
    last = "greatest" if "greatest" in known else "least"
    said = {k: amounts.grouped(v, lang) for k, v in known.items()}
    return {k: f"{v} {amounts.said_unit(unit, lang)}".strip() if k == last else v for k, v in said.items()}


def kind_name(kind: str, lang: Lang) -> str:
    """The kind of an act in the language; English keeps the word of the file."""
    known = vocabulary().kinds.get(kind)
    return known.vi if known and lang == "vi" else kind.replace("-", " ")


_WORDS = {"itself": "itself", "undetermined": "open", "nobody": "nobody"}


def _says(said: str, lang: Lang) -> str:
    """What each claimant says of a disputed area: '; Russia says Russia since 2014-03-18; Ukraine …'."""
    told = []
    for one in filter(None, said.split("|")):
        who, whose, since = one.split("=")
        code = whose.removesuffix(" in part")
        key = _WORDS.get(whose, "says" if code == whose else "part")
        names = {"who": parties().name(who, lang), "whose": parties().name(code, lang)}
        when = say("fact.disputed-since", lang, since=since) if since else ""
        told.append(say(f"fact.disputed-{key}", lang, **names) + when)
    return "".join(f"; {one}" for one in told)


def _coverage(args: dict[str, str], lang: Lang) -> str:
    """'coverage of deployment by Germany, 2022-01-01 to 2022-12-31': parties and days where they are known."""
    kinds = args.get("kinds")
    told = say("fact.coverage", lang, kinds=kinds) if kinds else say("fact.coverage-everything", lang)
    if args.get("parties"):
        told += say("fact.coverage-by", lang, parties=args["parties"])
    if args.get("from") and args.get("until"):
        return told + say("fact.coverage-between", lang, **{k: args[k] for k in ("from", "until")})
    end = next((name for name in ("until", "from") if args.get(name)), "")
    return told + (say(f"fact.coverage-{end}", lang, **{end: args[end]}) if end else "")


def facts(missing: Iterable[Fact], lang: Lang) -> list[str]:
    """Each fact once, in the order given."""
    return list(dict.fromkeys(fact(f, lang) for f in missing))


# ---- like facts as one


_Kind = tuple[str, tuple[tuple[str, str], ...]]


def common_facts(wanted: Iterable[Sequence[Fact]], lang: Lang, *, bare: bool = False) -> list[str]:
    """Like facts as one, those that most verdicts want first: 'range of 7 acts', 'level on 27 May 1997'.

    `bare`: coverage without its parties and days.
    """
    often: Counter[_Kind] = Counter()
    members: dict[_Kind, dict[Fact, None]] = {}
    for several in wanted:
        for one in several:
            members.setdefault(_kind(one), {})[one] = None
        often.update(dict.fromkeys(map(_kind, several)).keys())
    ordered = sorted(often, key=lambda kind: -often[kind])
    return [times.said_days_within(_together(list(members[kind]), lang, bare), lang) for kind in ordered]


# What tells one fact from another of its kind: these are counted, and not listed.
_PARTICULAR = ("act", "after", "least", "greatest", "from", "until", "parties", "party", "day")
_UNSAID = {"coverage": ("from", "until", "parties")}  # the header and the row say so already


def _kind(one: Fact) -> _Kind:
    return one.code, tuple((k, v) for k, v in one.args if k not in _PARTICULAR)


def _together(facts: Sequence[Fact], lang: Lang, bare: bool) -> str:
    first = facts[0]
    values = {name: {dict(f.args).get(name, "") for f in facts} for name in dict(first.args)}
    args = {name: found.pop() if len(found) == 1 else "" for name, found in values.items()}
    if bare:
        args |= dict.fromkeys(_UNSAID.get(first.code, ()), "")
    acts = {dict(f.args).get("act") for f in facts}
    return fact(Fact.of(first.code, **args), lang, several=len(acts) if len(acts) > 1 else 0)
