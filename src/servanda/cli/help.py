"""Help on a terminal, and the same as the reference page: both are made from the commands."""

from __future__ import annotations

from textwrap import fill, wrap

from servanda.cli.commands import COMMANDS, HELP
from servanda.cli.options import Command, Option, spelled
from servanda.messages import Lang, say

_WIDTH = 96
_COLUMN = 28


def general_help(lang: Lang) -> str:
    """What Servanda is and its commands."""
    lines = [fill(say("cli.about", lang), _WIDTH), "", _heading("usage", lang), "  servanda COMMAND …", ""]
    lines += [_heading("commands", lang)]
    lines += [_entry(c.name, say(f"{c.key}.summary", lang)) for c in COMMANDS]
    lines += ["", _heading("options", lang)]
    lines += [_entry(f"--{name}", say(f"cli.option.{name}", lang)) for name in ("help", "version")]
    lines += [_entry("--lang en|vi", say("cli.option.lang", lang)), ""]
    lines += [fill(say("cli.status", lang), _WIDTH), "", say("cli.more", lang)]
    return "\n".join(lines) + "\n"


def command_help(command: Command, lang: Lang) -> str:
    """What one command does and takes."""
    lines = [_heading("usage", lang), *_usage(command), "", fill(say(f"{command.key}.about", lang), _WIDTH), ""]
    lines += [_entry(o.metavar, say(f"cli.operand.{o.key}", lang)) for o in command.operands]
    lines += ["", _heading("options", lang)]
    lines += [_entry(spelled(o), _option_help(o, lang)) for o in (*command.options, HELP)]
    return "\n".join(lines) + "\n"


def _usage(command: Command) -> list[str]:
    protected = command.usage.replace(" [", "\0[").replace(" --", "\0--").replace(" ", "\1").replace("\0", " ")
    return [
        line.replace("\1", " ")
        for line in wrap(protected, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    ]


def _heading(key: str, lang: Lang) -> str:
    return say(f"cli.heading.{key}", lang)


def _option_help(option: Option, lang: Lang) -> str:
    told = [say(option.help, lang)]
    if option.default:
        told.append(say("cli.default", lang, value=option.default))
    if option.required:
        told.append(say("cli.required", lang))
    if option.many:
        told.append(say("cli.repeatable", lang))
    return " ".join(told)


def _entry(name: str, text: str) -> str:
    body = wrap(text, _WIDTH - _COLUMN)
    indent = "\n" + " " * _COLUMN
    if len(name) + 4 > _COLUMN:
        return f"  {name}{indent}{indent.join(body)}"
    return f"  {name.ljust(_COLUMN - 2)}{indent.join(body)}"


# ---- the reference page


def reference_page() -> str:
    """`docs/reference/cli.md`. Made anew with `python -m servanda.cli.help`."""
    lines = [
        "# The command line",
        "",
        "<!-- made by `python -m servanda.cli.help > docs/reference/cli.md`: change the commands, not this page -->",
        "",
        say("cli.about"),
        "",
        "| command | |",
        "|---|---|",
        *(f"| [`{c.name}`](#{_anchor(c)}) | {say(f'{c.key}.summary')} |" for c in COMMANDS),
        "",
        "`servanda --version` prints the version, `servanda --help` and `servanda COMMAND --help` the help.",
        "",
        *_statuses(),
    ]
    for command in COMMANDS:
        lines += _section(command)
    return "\n".join(lines) + "\n"


def _statuses() -> list[str]:
    rows = [f"| {n} | {say(f'cli.exit.{n}')} |" for n in (0, 1, 2, 3, 70)]
    return ["## Exit status", "", "| status | |", "|---|---|", *rows, ""]


def _anchor(command: Command) -> str:
    return f"servanda-{command.name.replace(' ', '-')}"


def _section(command: Command) -> list[str]:
    return [
        f"## servanda {command.name}",
        "",
        "```text",
        *(line[2:] for line in _usage(command)),
        "```",
        "",
        say(f"{command.key}.about"),
        "",
        "| | |",
        "|---|---|",
        *(f"| `{o.metavar}` | {say(f'cli.operand.{o.key}')} |" for o in command.operands),
        *(f"| `{_in_table(spelled(o))}` | {_option_help(o, 'en')} |" for o in (*command.options, HELP)),
        "",
    ]


def _in_table(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(reference_page(), end="")
