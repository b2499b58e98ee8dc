"""Arguments to values. Everything wrong on the command line is found at once and answered by diagnostics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from servanda.cli.options import Command, Operand, Option
from servanda.errors import Diagnostic, InputError

_LEAST_LIKENESS = 0.6


@dataclass(frozen=True)
class Arguments:
    """What was given: operands in order, options by name; a switch that was given has the value ''."""

    command: Command
    operands: tuple[str, ...]
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def given(self, name: str) -> bool:
        """True when the option stands on the command line."""
        return name in self.options

    def one(self, name: str) -> str | None:
        """The value of an option that is given once: the last word wins."""
        values = self.options.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of an option."""
        return self.options.get(name, ())


def near(name: str, known: Sequence[str]) -> str:
    """The nearest known name, or the empty string. 'Sovet' is near to the first word of 'Soviet Union'."""
    best, nearest = _LEAST_LIKENESS, ""
    matcher = SequenceMatcher(b=name[:80].casefold())
    for candidate in known:
        folded = candidate.casefold()
        for text, weight in ((folded, 1.0), (folded.split(" ")[0], 0.9)):
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() * weight > best and (likeness := matcher.ratio() * weight) > best:
                best, nearest = likeness, candidate
    return nearest


def suggesting(code: str, name: str, known: Sequence[str], **args: str) -> Diagnostic:
    """A name nobody knows: with the nearest known one, or all there are when they are few."""
    close = near(name, known)
    listed = ", ".join(known) if len(known) <= 12 else ""
    case = "near" if close else "listed" if listed else "plain"
    return Diagnostic(code, {"name": name, "near": close, "known": listed, **args}, case=f"option-{case}")


def parse(command: Command, words: Sequence[str]) -> Arguments:
    """The arguments of a command.

    `--name value` and `--name=value` say the same; `--` ends the options. Raises InputError with all that is wrong.
    """
    reader = _Reader(command)
    reader.read(list(words))
    reader.check()
    if reader.wrong:
        raise InputError(reader.wrong)
    return Arguments(command, tuple(reader.operands), {k: tuple(v) for k, v in reader.options.items()})


class _Reader:
    """Reads words from left to right, and goes on after a wrong one."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.known = {f"--{o.name}": o for o in command.options}
        self.operands: list[str] = []
        self.options: dict[str, list[str]] = {}
        self.wrong: list[Diagnostic] = []

    def read(self, words: list[str]) -> None:
        """Take all words."""
        while words:
            word = words.pop(0)
            if word == "--":
                self.operands += words
                return
            if word.startswith("-") and word != "-":
                self._option(word, words)
            else:
                self.operands.append(word)

    def _option(self, word: str, rest: list[str]) -> None:
        name, equals, value = word.partition("=")
        option = self.known.get(name)
        if option is None:
            self._unknown(name, rest, bool(equals))
        elif not (option.value or option.choices):
            if equals:
                self.wrong.append(Diagnostic("option-value", {"option": name}, case="unwanted"))
            self.options[option.name] = [""]
        elif equals:
            self._value(option, value)
        elif rest and not rest[0].startswith("--"):
            self._value(option, rest.pop(0))
        else:
            value = option.value or "|".join(option.choices)
            self.wrong.append(Diagnostic("option-value", {"option": name, "value": value}, case="missing"))

    def _unknown(self, name: str, rest: list[str], equals: bool) -> None:
        found = suggesting("unknown-option", name, sorted(self.known), command=self.command.name)
        self.wrong.append(found)
        # The value of a misspelt option is no operand: taking it for one would report a file that is none.
        takes_value = self.known.get(found.args["near"])
        if not equals and takes_value and (takes_value.value or takes_value.choices) and rest:
            rest.pop(0)

    def _value(self, option: Option, value: str) -> None:
        if option.choices and value not in option.choices:
            wrong = suggesting("unknown-choice", value, option.choices, option=f"--{option.name}")
            self.wrong.append(wrong)
        elif not value:
            self.wrong.append(Diagnostic("option-value", {"option": f"--{option.name}", "value": ""}, case="empty"))
        else:
            self.options.setdefault(option.name, []).append(value)

    def check(self) -> None:
        """What is missing, what is too much."""
        spoken = {w.args.get("option", "") for w in self.wrong} | {w.args.get("near", "") for w in self.wrong}
        for option in self.command.options:
            name = f"--{option.name}"
            if option.required and option.name not in self.options and name not in spoken:
                args = {"option": name, "value": option.value, "command": self.command.name}
                self.wrong.append(Diagnostic("missing-option", args))
        for operand in self.command.operands:
            self._count(operand)

    def _count(self, operand: Operand) -> None:
        args = {"operand": operand.metavar, "command": self.command.name}
        if operand.count in ("one", "some") and not self.operands:
            self.wrong.append(Diagnostic("missing-operand", args))
        if operand.count in ("one", "maybe") and len(self.operands) > 1:
            self.wrong.append(Diagnostic("too-many-operands", {**args, "extra": " ".join(self.operands[1:])}))
