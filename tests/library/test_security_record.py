"""The record beside the two drafts: even-handed, sourced, and with an act for every norm that acts can meet."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from servanda.record.load import load
from servanda.vocabulary.party import known_memberships, parties

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "library" / "2021-security-record"
SEEDS = ROOT.parent / "shared" / "seeds"
DRAFTS = ("2021-nato-russia", "2021-us-russia")

RUSSIAN, WESTERN, OTHER = "Russia and its allies", "United States, NATO and its members", "others"
# Neither side has less than this part of what either side does, says or publishes.
LEAST_SHARE = 0.40
RUSSIAN_SIDE = frozenset({"RUS", "CSTO"}) | known_memberships().members("CSTO", date(2021, 12, 17))
WESTERN_SIDE = frozenset({"NATO"}) | known_memberships().members("NATO", date(2024, 12, 31))
# Speakers that are no party: outlets and institutes for what they say themselves, and the encoder.
SPEAKERS = frozenset({"VOV", "RFE/RL", "FAS", "CSIS", "Servanda"})
LOADED = re.compile(
    r"\b(regime|puppet|so-called|brutal|unprovoked|illegal|terrorist|junta|propaganda|hysteria|bandit)", re.I
)

Row = dict[str, Any]


@cache
def tables() -> dict[str, list[Row]]:
    """Every row of the record as text, by table."""
    merged: dict[str, list[Row]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for table, rows in YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8")).items():
            merged.setdefault(table, []).extend(rows)
    return merged


@cache
def quotes() -> list[Row]:
    """The spans quoted from the two reports."""
    rows: list[Row] = tomllib.loads((FOLDER / "quotes.toml").read_text(encoding="utf-8"))["quote"]
    return rows


def acts() -> dict[str, Row]:
    """The acts by id."""
    return {row["id"]: row for row in tables()["acts"]}


def side(code: str | None) -> str:
    """The side of a party or speaker."""
    if code in RUSSIAN_SIDE:
        return RUSSIAN
    return WESTERN if code in WESTERN_SIDE else OTHER


def side_of_owner(owner: str) -> str:
    """The side of a source: that of all its owners; of nobody where they stand on both sides."""
    sides = {side(parties().code(name.strip())) for name in owner.split(",")}
    return sides.pop() if len(sides) == 1 else OTHER


def counted() -> dict[str, Counter[str]]:
    """How much of each thing belongs to which side."""
    return {
        "acts, by who acts": Counter(side(a["by"]) for a in tables()["acts"]),
        "acts, by who tells them": Counter(side(a["account"]) for a in tables()["acts"]),
        "assertions": Counter(side(a["account"]) for a in tables()["assertions"]),
        "sources": Counter(side_of_owner(s["owner"]) for s in tables()["sources"]),
    }


# ---- the rows


def test_every_row_loads_and_none_is_refused() -> None:
    """The record is taken in whole."""
    record = load(FOLDER)

    assert not record.refused
    assert record.rows_used == record.rows_in == sum(len(rows) for rows in tables().values())


@pytest.mark.parametrize("table", ["acts", "sources"])
def test_ids_are_unique(table: str) -> None:
    """No two rows of a table bear one id."""
    ids = Counter(row["id"] for row in tables()[table])

    assert [name for name, times in ids.items() if times > 1] == []


def test_every_act_has_an_account_and_a_source_that_is_listed() -> None:
    """Nothing is told by nobody."""
    known = {source["id"] for source in tables()["sources"]}

    for act in tables()["acts"]:
        assert act["source"] in known, act["id"]
        assert act["account"] in SPEAKERS or parties().code(act["account"]), act["id"]


def test_every_source_is_used_by_some_row() -> None:
    """No source stands there for show."""
    used = {row.get("source") for table in tables().values() for row in table}

    assert {source["id"] for source in tables()["sources"]} - used == set()


def test_every_source_names_publisher_owner_and_date_the_same_way() -> None:
    """The fields of ownership are the same for all media."""
    for source in tables()["sources"]:
        for key in ("publisher", "owner", "title", "date", "date inferred", "language"):
            assert source.get(key), (source["id"], key)
        assert source["date inferred"] in ("yes", "no")
        owners = [name.strip() for name in source["owner"].split(",")]
        assert all(o in ("private", "Servanda") or parties().code(o) for o in owners), source["id"]


def test_notes_and_titles_use_no_loaded_words() -> None:
    """What somebody says is told as what he says."""
    for table in tables().values():
        for row in table:
            assert not LOADED.search(f"{row.get('note', '')} {row.get('title', '')}"), row


def test_the_record_claims_completeness_only_where_it_says_why() -> None:
    """No claim for anything that nobody can list completely."""
    never = {"deployment", "base", "exercise", "flight", "presence", "training", "incident", "statement"}

    for claim in tables()["coverage"]:
        assert claim["note"] and claim["source"]
        assert not never & set(claim["kinds"])


# ---- even-handed


@pytest.mark.parametrize("thing", list(counted()))
def test_neither_side_has_less_than_two_fifths(thing: str) -> None:
    """Acts, accounts, assertions and sources lean to neither side."""
    found = counted()[thing]
    sided = found[RUSSIAN] + found[WESTERN]

    assert min(found[RUSSIAN], found[WESTERN]) / sided >= LEAST_SHARE


def test_the_table_in_the_readme_is_what_is_counted() -> None:
    """The page that tells the balance cannot drift from it."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")

    for thing, found in counted().items():
        assert f"| {thing} | {found[RUSSIAN]} | {found[WESTERN]} | {found[OTHER]} |" in page


# ---- an act for every norm


@dataclass(frozen=True)
class Wanted:
    """Which acts a norm speaks of, and which sides it addresses."""

    kinds: frozenset[str]
    where: Callable[[Row], bool] = lambda _: True
    about: bool = False  # the bearer is who the statement is about
    sides: frozenset[str] = frozenset({RUSSIAN, WESTERN})

    def bearers(self) -> Iterator[str]:
        """The sides that the acts on record speak of."""
        for act in tables()["acts"]:
            if act["kind"] in self.kinds and self.where(act):
                yield from map(side, _about(act) if self.about else [act["by"]])


def _about(statement: Row) -> list[str]:
    """Whom a statement by the other side is about."""
    found = statement.get("about", [])
    subjects = [acts()[x]["by"] if x in acts() else x for x in found]
    return [s for s in subjects if side(s) != side(statement["by"])]


def _kinds(*kinds: str, **values: str) -> Wanted:
    def where(act: Row) -> bool:
        return all(value in _words(act.get(key.replace("_", "-"))) for key, value in values.items())

    return Wanted(frozenset(kinds), where)


def _words(value: str | list[str] | None) -> list[str]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _stated(**values: str) -> Wanted:
    return Wanted(frozenset({"statement"}), _kinds("statement", **values).where, about=True)


def _western(wanted: Wanted) -> Wanted:
    return Wanted(wanted.kinds, wanted.where, wanted.about, frozenset({WESTERN}))


def _own_soil(act: Row) -> bool:
    return act.get("item") == "missile" and act.get("basing") == "ground" and act.get("host") == act["by"]


def _missile_abroad(act: Row) -> bool:
    return act.get("basing") == "ground" and act.get("host") != act["by"]


_DIALOGUE = _kinds("consultation", "meeting", subject="incident-prevention")
_STEPS = _western(_kinds("accession-step", organisation="NATO"))
_NUCLEAR = _kinds("deployment", item="nuclear-weapon")

NORMS = {
    "nato.art1.1.guided": _stated(invokes="nato.art1.1"),
    "nato.art1.1.expense": _stated(invokes="nato.art1.1"),
    "nato.art1.2.settlement": _stated(invokes="nato.art1.2"),
    "nato.art1.2.force": _kinds("use-of-force"),
    "nato.art1.3.is": _stated(invokes="nato.art1.3"),
    "nato.art1.3.could-be-perceived": _stated(says="perceived-threat"),
    "nato.art1.4": _stated(invokes="nato.art1.4"),
    "nato.art2.1": _kinds("consultation"),
    "nato.art2.2.first-sentence.threats": _kinds("information-exchange", subject="threat-assessment"),
    "nato.art2.2.first-sentence.exercises": _kinds("information-exchange", "notification", subject="exercise"),
    "nato.art2.2.first-sentence.doctrines": _kinds("information-exchange", subject="doctrine"),
    "nato.art2.2.second-sentence": _kinds("observation", subject="confidence-building"),
    "nato.art2.3": _kinds("hotline"),
    "nato.art3.1": _kinds("statement", says="not-adversary"),
    "nato.art3.2": _DIALOGUE,
    "nato.art3.2.priority": _kinds("incident"),
    "nato.art4.troops": _kinds("deployment", item="troops"),
    "nato.art4.weapons": Wanted(frozenset({"deployment"}), lambda a: "count" in a and a.get("item") != "troops"),
    "nato.art5": _kinds("deployment", basing="ground"),
    "nato.art6": _STEPS,
    "nato.art6.organisation": _western(_kinds("accession-step", by="NATO")),
    "nato.art7.1": _western(
        Wanted(frozenset({"exercise", "training", "flight"}), lambda a: a.get("host") in ("UKR", "GEO", "ARM"))
    ),
    "nato.art7.2": Wanted(
        frozenset({"exercise", "training"}), lambda a: a.get("echelon") in ("division", "corps", "army")
    ),
    "us.art1.principle": _stated(invokes="us.art1"),
    "us.art1.a": _stated(invokes="us.art1"),
    "us.art1.b": _stated(invokes="us.art1"),
    "us.art2": _stated(invokes="us.art2"),
    "us.art3.attack": Wanted(frozenset({"preparation-of-attack"}), lambda a: a.get("host", a["by"]) != a["by"]),
    "us.art3.core-interests": _stated(invokes="us.art3"),
    "us.art4.1.own-consent": _STEPS,
    "us.art4.1.prevent": Wanted(
        frozenset({"accession-step"}), lambda a: a["step"] == "accession", sides=frozenset({WESTERN})
    ),
    "us.art4.2.bases": _western(_kinds("base", by="USA")),
    "us.art4.2.infrastructure": _western(_kinds("infrastructure-use", by="USA", host="UKR")),
    "us.art4.2.cooperation": _western(_kinds("cooperation", by="USA")),
    "us.art5.1": Wanted(
        frozenset({"statement"}),
        lambda s: s.get("says") == "perceived-threat" and s["by"] in ("RUS", "USA"),
        about=True,
    ),
    "us.art5.2.bombers": _kinds("flight", craft="heavy-bomber"),
    "us.art5.2.warships": _kinds("presence", **{"class": "surface-warship"}),
    "us.art5.3.dialogue": _DIALOGUE,
    "us.art5.3.approach": _kinds("approach"),
    "us.art6.outside-national-territory": Wanted(frozenset({"deployment"}), _missile_abroad),
    "us.art6.within-national-territory": Wanted(frozenset({"deployment"}), _own_soil),
    "us.art7.1.outside-national-territory": _NUCLEAR,
    "us.art7.1.return": _NUCLEAR,
    "us.art7.1.elimination": _kinds("infrastructure-use", purpose="nuclear-deployment"),
    "us.art7.2.training": _kinds("training", subject="nuclear-weapons"),
    "us.art7.2.exercises": _kinds("exercise", scenario="nuclear-use", subject="general-purpose-forces"),
}
WITHOUT_ACTS = {
    "nato.art9.3": "speaks of the languages of the text",
    "us.art8.texts": "speaks of the languages of the text",
    "us.art5.3.agreement": "no agreement on a distance is known",
}


def test_every_norm_of_both_drafts_is_listed_here() -> None:
    """A norm that is added to a draft is asked for in the record too."""
    texts = [(ROOT / "library" / d / "agreement.md").read_text(encoding="utf-8") for d in DRAFTS]
    of_drafts = {id_ for text in texts for id_ in re.findall(r"^id: (\S+)$", text, re.M)}

    assert {*NORMS, *WITHOUT_ACTS} == of_drafts


@pytest.mark.parametrize("norm", list(NORMS))
def test_each_norm_meets_an_act_of_every_side_that_it_addresses(norm: str) -> None:
    """No norm is tried on one side alone, unless it addresses one side alone."""
    wanted = NORMS[norm]

    assert wanted.sides <= set(wanted.bearers())


# ---- the two reports


def test_every_quotation_is_short_and_belongs_to_a_source() -> None:
    """Short quotations of the two reports, and of nothing else."""
    press = {s["id"]: s for s in tables()["sources"] if s["id"].startswith("press-")}

    assert {q["source"] for q in quotes()} == set(press)
    for quote in quotes():
        assert 0 < len(quote["text"]) < 160
        assert press[quote["source"]]["file"] == quote["file"]


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two reports are not beside the project")
def test_every_quotation_stands_at_its_line_of_the_report() -> None:
    """Every quoted span is found again where the record says that it stands, in the very bytes that were digested."""
    digests = {s["file"]: s["digest"] for s in tables()["sources"] if "digest" in s}

    for quote in quotes():
        raw = (SEEDS / quote["file"]).read_bytes()
        line = raw.decode("utf-8").split("\n")[quote["line"] - 1]
        assert quote["text"] in line, quote
        assert digests[quote["file"]] == "sha256:" + hashlib.sha256(raw).hexdigest()
