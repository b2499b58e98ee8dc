"""Makes docs/reference/modules, a page for each module from its docstrings, and the list of error pages.

Reads the source and imports nothing.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
TARGET = ROOT / "docs" / "reference" / "modules"
ERRORS = ROOT / "docs" / "reference" / "errors"
_MADE = "<!-- made by `make reference` from the docstrings: change those, not this page -->"


def pages() -> dict[str, str]:
    """The name of each page and its text, the index among them."""
    modules = {_dotted(path): path for path in sorted((SOURCE / "servanda").rglob("*.py"))}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules.items()}
    made = {f"{name}.md": _page(name, tree) for name, tree in trees.items()}
    listed = [f"| [`{name}`]({name}.md) | {_summary(tree)} |" for name, tree in trees.items()]
    head = ["# Modules", "", _MADE, "", "| module | |", "|---|---|"]
    return {**made, "index.md": "\n".join([*head, *listed]) + "\n"}


def errors_index() -> str:
    """The list of all codes with the titles of their pages."""
    found = sorted(p for p in ERRORS.glob("*.md") if p.stem != "index")
    titles = [(p.stem, p.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")) for p in found]
    head = ["# Errors", "", "<!-- made by `make reference` from the titles of the pages -->", ""]
    text = [
        "Behind each message stands a code in brackets. `servanda error CODE` explains it too.",
        "",
        "| code | |",
        "|---|---|",
    ]
    return "\n".join([*head, *text, *(f"| [`{code}`]({code}.md) | {title} |" for code, title in titles)]) + "\n"


def _dotted(path: Path) -> str:
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _summary(tree: ast.Module) -> str:
    lines = (ast.get_docstring(tree) or "").split("\n\n")[0].split("\n")
    return " ".join(lines).replace("|", "\\|")


def _page(name: str, tree: ast.Module) -> str:
    parts = [f"# `{name}`", _MADE, _shown(ast.get_docstring(tree))]
    for node in tree.body:
        match node:
            case ast.ClassDef() if _public(node.name):
                parts += _class(node)
            case ast.FunctionDef() if _public(node.name):
                parts += [f"## `{_signature(node)}`", _shown(ast.get_docstring(node))]
            case _:
                pass
    return "\n\n".join(p for p in parts if p) + "\n"


def _class(node: ast.ClassDef) -> list[str]:
    bases = ", ".join(ast.unparse(b) for b in node.bases)
    parts = [f"## class `{node.name}{f'({bases})' if bases else ''}`", _shown(ast.get_docstring(node))]
    fields = [n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
    named = [(ast.unparse(f.target), ast.unparse(f.annotation)) for f in fields]
    parts.append("\n".join(f"- `{name}: {kind}`" for name, kind in named if _public(name)))
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and _public(method.name):
            parts += [f"### `{_signature(method)}`", _shown(ast.get_docstring(method))]
    return parts


def _signature(node: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def _public(name: str) -> bool:
    return not name.startswith("_")


def _shown(text: str | None) -> str:
    """A docstring as Markdown: examples and indented tables are set as they stand."""
    shown: list[str] = []
    for paragraph in (text or "").split("\n\n"):
        plain = _is_prose(paragraph)
        shown.append(paragraph if plain else f"```text\n{paragraph}\n```")
    return "\n\n".join(shown).strip()


def _is_prose(paragraph: str) -> bool:
    lines = paragraph.split("\n")
    return not any(line.startswith((" ", ">>>")) or "   " in line for line in lines)


def main() -> None:
    """Write the pages, and remove those whose module is gone."""
    made = pages()
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    (ERRORS / "index.md").write_text(errors_index(), encoding="utf-8")


if __name__ == "__main__":
    main()
