"""The commands, each with what it takes."""

from __future__ import annotations

from servanda.cli.options import Command, Operand, Option

LANG = Option("lang", choices=("en", "vi"))
HELP = Option("help")

_QUESTION = (
    Option("on", "DAY"),
    Option("as-known-on", "DAY"),
    Option("complete-until", "DAY"),
    Option("as-if-in-force", "DAY"),
    Option("suppose", "FILE"),
    Option("account", "ACCOUNT"),
    Option("reading", "NORM.NAME=CHOICE", many=True),
    Option("set", "NAME=VALUE", many=True),
    Option("engine", choices=("auto", "duckdb", "reference"), default="auto"),
)
_RECORD = Option("record", "PATH", many=True, required=True)
_REFUSED = Option("allow-refused")

COMMANDS: tuple[Command, ...] = (
    Command(
        "check",
        "servanda.cli.check",
        "check",
        (Operand("agreements", "AGREEMENT", "some"),),
        (
            _RECORD,
            *_QUESTION,
            Option("format", choices=("text", "jsonl", "csv", "parquet", "html"), default="text"),
            Option("output", "FILE"),
            Option("map", "FILE.svg"),
            Option("details"),
            Option("all"),
            _REFUSED,
            LANG,
        ),
    ),
    Command(
        "explain",
        "servanda.cli.explain",
        "explain",
        (Operand("agreement", "AGREEMENT", "one"),),
        (
            _RECORD,
            Option("norm", "ID", required=True),
            Option("act", "ID"),
            Option("bearer", "PARTY"),
            *_QUESTION,
            _REFUSED,
            LANG,
        ),
    ),
    Command(
        "locate",
        "servanda.cli.locate",
        "locate_points",
        (Operand("points", "POINTS", "one"),),
        (
            Option("on", "DAY", key="locate-on"),
            Option("view", "PARTY", key="locate-view"),
            Option("format", choices=("csv", "parquet", "jsonl", "text"), default="csv", key="locate-format"),
            Option("output", "FILE", key="locate-output"),
            Option("allow-refused", key="locate-allow-refused"),
            LANG,
        ),
    ),
    Command(
        "zone",
        "servanda.cli.zone",
        "zone",
        (Operand("zone-agreement", "AGREEMENT", "maybe"),),
        (
            Option("within", "LENGTH"),
            Option("of", "STATE", many=True),
            Option("land-of", "STATE", many=True),
            Option("norm", "ID", key="zone-norm"),
            Option("party", "PARTY"),
            Option("range", "LENGTH"),
            Option("set", "NAME=VALUE", many=True),
            Option("reading", "NORM.NAME=CHOICE", many=True),
            Option("on", "DAY", key="zone-on"),
            Option("view", "PARTY", key="zone-view"),
            Option("claimed"),
            Option("format", choices=("text", "geojson", "parquet", "svg"), default="text", key="zone-format"),
            Option("output", "FILE", key="zone-output"),
            LANG,
        ),
    ),
    Command(
        "map",
        "servanda.cli.map",
        "draw",
        (Operand("map-agreements", "AGREEMENT", "any"),),
        (
            Option("record", "PATH", many=True, key="map-record"),
            Option("zone", "FILE", many=True, key="map-zone"),
            Option("of", "STATES", many=True, key="map-of"),
            Option("on", "DAY", key="map-on"),
            Option("view", "PARTY", key="map-view"),
            Option("around", "PLACE", key="map-around"),
            *_QUESTION[1:],
            Option("format", choices=("svg", "png", "html"), key="map-format"),
            Option("output", "FILE", key="map-output"),
            _REFUSED,
            Option("lang", choices=("en", "vi", "ru"), key="map-lang"),
        ),
    ),
    Command("lint", "servanda.cli.texts", "lint", (Operand("files", "FILE", "some"),), (LANG,)),
    Command(
        "fmt",
        "servanda.cli.texts",
        "fmt",
        (Operand("files", "FILE", "some"),),
        (Option("check", key="fmt-check"), Option("write"), LANG),
    ),
    Command("new", "servanda.cli.texts", "new", (Operand("new-file", "FILE", "one"),), (LANG,)),
    Command("vocabulary", "servanda.cli.vocabulary", "show", (Operand("kind", "KIND", "maybe"),), (LANG,)),
    Command("error", "servanda.cli.error", "explain_code", (Operand("code", "CODE", "one"),), (LANG,)),
    Command(
        "source add",
        "servanda.cli.source",
        "add",
        (Operand("reports", "FILE", "some"),),
        (Option("output", "FILE", key="source-output"), LANG),
    ),
)

BY_NAME = {command.name: command for command in COMMANDS}
