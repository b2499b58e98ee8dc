"""Pages that are run: files and console blocks of a Markdown page, executed in order and compared, or recorded again.

A block ```` ```yaml file=NAME ```` writes a file. A block ```` ```console ```` holds commands, each a line that begins
with `$ `, and under each all that it prints: standard output, then standard error. `$ echo $?` prints the last status.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from servanda.cli import main

RERECORD = "SERVANDA_RERECORD"
_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: what is written behind the fence, its lines, and which lines of the page they are."""

    info: str
    lines: tuple[str, ...]
    first: int  # index of the first line inside

    @property
    def language(self) -> str:
        """'yaml', 'console'."""
        return self.info.split(" ", 1)[0]

    @property
    def file(self) -> str | None:
        """The name after `file=`."""
        found = re.search(r"\bfile=(\S+)", self.info)
        return found.group(1) if found else None

    @property
    def text(self) -> str:
        """The lines as they would stand in a file."""
        return "".join(line + "\n" for line in self.lines)


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page; a block of four ticks may hold blocks of three."""
    found: list[Block] = []
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        ticks, first = opening["ticks"], number + 1
        end = next((i for i in range(first, len(lines)) if lines[i].strip() == ticks), len(lines))
        found.append(Block(opening["info"].strip(), tuple(lines[first:end]), first))
        number = end + 1
    return found


@dataclass(frozen=True)
class Ran:
    """One command of a page: what the page says that it prints, and what it printed."""

    command: str
    expected: tuple[str, ...]
    printed: tuple[str, ...]


class Shell:
    """Runs `servanda` in a folder, as a reader would in a terminal of 100 columns without colour."""

    def __init__(self, folder: Path, names: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.status = 0
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "SERVANDA_"))}
        self.env |= {"LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", **(names or {})}

    def run(self, command: str) -> tuple[str, str]:
        """Standard output and standard error of one command."""
        if command == "echo $?":
            return f"{self.status}\n", ""
        program, *words = shlex.split(command)
        assert program == "servanda", f"pages run servanda only, not {program}"
        arguments = [sys.executable, "-m", "servanda", *words]
        ran = subprocess.run(arguments, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, capture_output=True)
        self.status = ran.returncode
        return ran.stdout.decode(), ran.stderr.decode()


class Call(Shell):
    """The same in this process: what a command prints, without the time it takes to start one."""

    def run(self, command: str) -> tuple[str, str]:
        """Standard output and standard error of one command."""
        if command == "echo $?":
            return f"{self.status}\n", ""
        program, *words = shlex.split(command)
        assert program == "servanda", f"pages run servanda only, not {program}"
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with ExitStack() as stack:
            stack.enter_context(chdir(self.folder))
            stack.enter_context(patch.dict(os.environ, self.env, clear=True))
            stack.enter_context(
                patch.object(sys, "stdin", stack.enter_context(Path(os.devnull).open(encoding="utf-8")))
            )
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            self.status = main(words)
        return _written(out), _written(err)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    held = stream.buffer
    assert isinstance(held, io.BytesIO)
    return held.getvalue().decode()


def _commands(block: Block) -> list[tuple[str, int, int]]:
    """Each command and the lines of its output, as a slice of the block's lines."""
    starts = [i for i, line in enumerate(block.lines) if line.startswith("$ ")]
    ends = [*starts[1:], len(block.lines)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        command, after = block.lines[start][2:], start + 1
        while command.endswith("\\"):
            command, after = command[:-1] + " " + block.lines[after].strip(), after + 1
        found.append((command, after, end))
    return found


def run_page(page: Path, folder: Path) -> list[Ran]:
    """Write the files of the page into the folder and run its commands in order; record again where that is asked."""
    text, ran = run_text(page.read_text(encoding="utf-8"), folder)
    if os.environ.get(RERECORD):
        page.write_text(text, encoding="utf-8")
        return [Ran(r.command, r.printed, r.printed) for r in ran]
    return ran


def run_text(text: str, folder: Path, shell: Shell | None = None) -> tuple[str, list[Ran]]:
    """The same for a text: it, with what was printed in place of what it says, and each command."""
    shell = shell or Shell(folder)
    ran: list[Ran] = []
    lines = text.splitlines()
    replaced: list[tuple[int, int, tuple[str, ...]]] = []
    for block in blocks(text):
        if block.file is not None:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command, start, end in _commands(block):
                out, err = shell.run(command)
                printed = tuple(line.rstrip() for line in (out + err).splitlines())
                expected = tuple(line.rstrip() for line in block.lines[start:end])
                ran.append(Ran(command, expected, printed))
                replaced.append((block.first + start, block.first + end, printed))
    for start, end, printed in reversed(replaced):
        lines[start:end] = printed
    return "\n".join(lines) + "\n", ran
