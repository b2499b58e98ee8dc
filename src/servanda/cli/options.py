"""What a command takes, as data: one place from which parsing, help and the reference page are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Option:
    """`--name VALUE`. Without `value` it is a switch; `many` may be given again; `choices` close the list.

    Its help is the message `cli.option.KEY`, KEY being the name unless two commands say different things by it.
    """

    name: str
    value: str = ""
    many: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    key: str = ""

    @property
    def help(self) -> str:
        """The key of its help message."""
        return f"cli.option.{self.key or self.name}"


@dataclass(frozen=True)
class Operand:
    """What stands on the command line without a name: `AGREEMENT`. Its help is the message `cli.operand.KEY`."""

    key: str
    metavar: str
    count: Literal["one", "maybe", "some", "any"]


@dataclass(frozen=True)
class Command:
    """A command: its name (two words for `source add`), the module and function that run it, what it takes."""

    name: str
    module: str
    function: str
    operands: tuple[Operand, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def key(self) -> str:
        """The key of its messages."""
        return f"cli.command.{self.name.replace(' ', '-')}"

    @property
    def usage(self) -> str:
        """How it is called, in one line."""
        words = ["servanda", self.name, *map(_operand, self.operands), *map(_option, self.options)]
        return " ".join(words)


def _operand(operand: Operand) -> str:
    match operand.count:
        case "one":
            return operand.metavar
        case "maybe":
            return f"[{operand.metavar}]"
        case "some":
            return f"{operand.metavar}…"
        case "any":
            return f"[{operand.metavar}…]"


def _option(option: Option) -> str:
    shown = spelled(option)
    if option.required:
        return shown + (f" [{shown} …]" if option.many else "")
    return f"[{shown}]" + ("…" if option.many else "")


def spelled(option: Option) -> str:
    """`--on DAY`, `--format text|jsonl|csv`, `--all`."""
    value = option.value or "|".join(option.choices)
    return f"--{option.name} {value}".rstrip()
