"""What holds of every record: nothing is lost, and neither order nor format matters."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.errors import InputError, render
from servanda.record.files import TABLES
from servanda.record.load import load
from servanda.record.values import acts_as_values
from servanda.record.zones import in_zone

IDS = st.sampled_from([f"a{i}" for i in range(12)])
KINDS = st.sampled_from(["incident", "exercise", "deployment", "notification", "exercize", ""])
PARTIES = st.sampled_from(["RUS", "Hoa Kỳ", "Польша", "Nowhere", "unknown", ""])
TIMES = st.sampled_from(["2022-03-01", "2022-03-01T10:00Z", "2022-03", "2021-02-30", "unknown", "2022-03-01T10:00", ""])
TROOPS = st.sampled_from(["9 000 persons", "at least 5 persons", "12", "-3 persons", "unknown", ""])
ROWS = st.lists(st.tuples(IDS, KINDS, PARTIES, TIMES, TROOPS), max_size=20)
COLUMNS = ("id", "kind", "by", "start", "troops")
Rows = list[tuple[str, str, str, str, str]]


def as_csv(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def as_yaml(rows: Rows) -> str:
    lines = ["acts:"]
    for row in rows:
        fields = ", ".join(
            f"{c}: {v} persons" if c == "troops" and v == "12" else f"{c}: {v}"
            for c, v in zip(COLUMNS, row, strict=True)
            if v
        )
        lines.append(f"- {{{fields}}}")
    return "\n".join(lines) + ("\n" if rows else " []\n")


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_rows_in_are_rows_used_and_rows_refused(rows: Rows) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "acts.csv").write_text(as_csv(rows), encoding="utf-8")
        record = load(Path(folder, "acts.csv"), strict=False)

        assert record.rows_in == len(rows)
        assert record.rows_used + record.rows_refused == len(rows)
        assert len({(r.file, r.row) for r in record.refused}) == record.rows_refused
        assert all(2 <= r.row <= len(rows) + 1 and r.column and r.code for r in record.refused)
        assert record.acts.num_rows <= record.rows_used


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_yaml_and_csv_take_and_refuse_the_same_rows(rows: Rows) -> None:
    # A wide table may say `unknown` in a column that the row's kind lacks; by hand nobody writes that.
    rows = [r if r[1] in ("exercise", "deployment") or r[4] != "unknown" else (*r[:4], "") for r in rows]
    with TemporaryDirectory() as folder:
        Path(folder, "acts.csv").write_text(as_csv(rows), encoding="utf-8")
        Path(folder, "record.yaml").write_text(as_yaml(rows), encoding="utf-8")
        table = load(Path(folder, "acts.csv"), strict=False)
        hand = load(Path(folder, "record.yaml"), strict=False)

        assert hand.acts.to_pylist() == table.acts.to_pylist()
        assert {r.row for r in hand.refused} == {r.row for r in table.refused}
        assert hand.digest == table.digest


@settings(deadline=None, max_examples=100)
@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 20))
def test_the_digest_does_not_depend_on_the_order_of_rows_and_files(rows: Rows, chance: random.Random, cut: int) -> None:
    good = {r[0]: r for r in rows if r[1] in ("exercise", "deployment")}
    kept = [
        r
        for r in good.values()
        if r[2] != "Nowhere" and r[3] not in ("2021-02-30", "2022-03-01T10:00") and r[4] != "-3 persons"
    ]
    claims = [f"- {{act: {r[0]}, account: RUS, attribute: troops, value: 7 persons}}" for r in kept]
    with TemporaryDirectory() as folder:
        Path(folder, "acts.csv").write_text(as_csv(kept), encoding="utf-8")
        Path(folder, "says.yaml").write_text("assertions:\n" + "\n".join(claims), encoding="utf-8")
        chance.shuffle(kept)
        chance.shuffle(claims)
        Path(folder, "first.yaml").write_text(
            as_yaml(kept[:cut]) + "assertions:\n" + "\n".join(claims[cut:]), encoding="utf-8"
        )
        Path(folder, "second.yaml").write_text(
            as_yaml(kept[cut:]) + "assertions:\n" + "\n".join(claims[:cut]), encoding="utf-8"
        )
        one = load([Path(folder, "acts.csv"), Path(folder, "says.yaml")])
        two = load([Path(folder, "second.yaml"), Path(folder, "first.yaml")])

        assert one.digest == two.digest
        assert one.view("RUS").to_pylist() == two.view("RUS").to_pylist()


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """
    d1 d2 deployment exercise notification RUS Nowhere unknown none disputed 2022-03-01
    2022-03-01T10:00Z 2021-02-30 9998-12-31T23:59-14:00 500km 1e99persons asserts denies correction
    retraction yes no all troops range about place existence s1 todo 181 45 {} ;
""",
    )
)
KEYS = st.sampled_from(
    re.findall(
        r"\S+",
        """
    id act kind by start until about to place troops range account source recorded stance attribute
    value change kinds parties from group member on received sent remove name lon lat in publisher
    said-on covers
""",
    )
)
DATA = st.recursive(
    WORDS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["lon", "lat", "in", "name", "value", "between", "rounded_to"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
TABLE = st.sampled_from([*TABLES, "zone", "includes", "parties"])


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(TABLE, st.lists(st.dictionaries(KEYS, DATA, max_size=6), max_size=3) | DATA, max_size=3))
def test_no_record_makes_a_traceback(tables: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "record.yaml").write_text(json.dumps(tables), encoding="utf-8")
        try:
            record = load(Path(folder, "record.yaml"), strict=False)
        except InputError as error:
            assert all(render(d) and render(d, "vi") for d in error.diagnostics)
            return
        assert record.rows_in == record.rows_used + record.rows_refused
        assert all(render(r.diagnostic, "vi") for r in record.refused)
        for account in (None, "USA", *record.accounts()):
            acts_as_values(in_zone(record.view(account), "Asia/Ho_Chi_Minh"))


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=200))
def test_no_text_makes_a_traceback(text: str) -> None:
    with TemporaryDirectory() as folder:
        for name in ("record.yaml", "acts.csv"):
            try:
                Path(folder, name).write_text(text, encoding="utf-8")
            except UnicodeEncodeError:
                return
            try:
                load(Path(folder, name))
            except InputError as error:
                assert all(render(d) and render(d, "vi") for d in error.diagnostics)
