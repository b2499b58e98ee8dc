"""The published schema is the one made from the tables, and the blocks of the examples fit it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from servanda.agreement import schema
from servanda.agreement.resolve.assemble import load
from servanda.agreement.resolve.context import Problems
from servanda.agreement.source import open_source
from servanda.agreement.yaml import Mapping, Node, Scalar

FILES = sorted((Path(__file__).parents[1] / "data" / "language").glob("*.md"))


def test_the_shipped_schema_is_current() -> None:
    shipped = (resources.files("servanda.agreement") / "schema.json").read_text(encoding="utf-8")

    assert json.loads(shipped) == schema()


def _plain(node: Node) -> Any:
    match node:
        case Scalar(text=text):
            return text
        case Mapping(entries=entries):
            return {e.key.text: _plain(e.value) for e in entries}
    return [_plain(item) for item in node.items]


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_the_blocks_of_the_examples_fit_the_schema(file: Path) -> None:
    whole = schema()
    source = open_source(file)
    for _, block, node in load(source, Problems({source.file: source})).parts:
        one = {"$defs": whole["$defs"], "$ref": f"#/$defs/{block.kind}"}

        assert list(jsonschema.Draft202012Validator(one).iter_errors(_plain(node))) == []


def test_the_schema_refuses_a_norm_without_a_head() -> None:
    one = {"$defs": schema()["$defs"], "$ref": "#/$defs/norm"}

    assert not jsonschema.Draft202012Validator(one).is_valid({"id": "a", "bearer": "Russia"})
