"""`servanda error CODE`: what a diagnostic means and how to mend its cause."""

from __future__ import annotations

from importlib import resources

from servanda.cli.output import standard_output
from servanda.cli.parsing import Arguments, suggesting
from servanda.errors import InputError
from servanda.messages import Lang, catalogue, say


def explain_code(arguments: Arguments, lang: Lang) -> int:
    """Print the page of a code; where there is none, its message and hint."""
    code = arguments.operands[0].strip("[]")
    if code not in codes():
        raise InputError([suggesting("unknown-code", code, sorted(codes()))])
    with standard_output() as out:
        out.write(_messages(code, lang) + "\n")
        if text := page(code):
            out.write("\n" + text.rstrip() + "\n")
    return 0


def codes() -> frozenset[str]:
    """Every code that a diagnostic can have: the first word of each message key that ends in `.message`."""
    return frozenset(key.partition(".")[0] for key in catalogue() if key.endswith(".message"))


def page(code: str) -> str:
    """The page of a code as the package ships it (the folder `docs/reference/errors`); empty where there is none."""
    file = resources.files("servanda.messages") / "errors" / f"{code}.md"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _messages(code: str, lang: Lang) -> str:
    """Each wording of the code with its hint; what is filled in stands in braces."""
    entries = catalogue()
    lines = []
    for key in sorted(k for k in entries if k.startswith(f"{code}.") and k.endswith(".message")):
        lines.append(f"[{code}] {entries[key][lang]}")
        hint = entries.get(key.removesuffix("message") + "hint")
        if hint:
            lines.append("   " + say("render.hint", lang, hint=hint[lang]))
    return "\n".join(lines)
