"""Reads the imports, and little else, out of the project's own modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot"
NOT_OURS = {".venv", ".uv", ".bench", ".git", ".hypothesis", ".rasa"}


@dataclass(frozen=True)
class Import:
    """`module` of the project or of a library, and the place that asks for it."""

    importer: Path
    line: int
    module: str

    @property
    def room(self) -> str:
        """The first name under `bot`: a folder, or a module that stands beside the folders."""
        return room(self.importer)

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.module}"


def room(module: Path) -> str:
    return module.with_suffix("").parts[1]


def modules() -> list[Path]:
    """Every module of the bot, named from the project's root."""
    found = [path.relative_to(ROOT) for path in sorted(BOT.rglob("*.py"))]
    return [path for path in found if path != Path("bot/__init__.py")]


def files(*endings: str) -> Iterator[Path]:
    """The project's files that end so, from the project's root."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        if path.suffix in endings and not NOT_OURS & set(inside.parts) and path.is_file():
            yield inside


def imports(module: Path, text: str | None = None) -> Iterator[Import]:
    """What a module imports, at its top or inside a function, for types only or for work."""
    source = (ROOT / module).read_text(encoding="utf-8") if text is None else text
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(module, node.lineno, name.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{module}:{node.lineno}: a relative import"
            for name in node.names:
                # `from bot import app` names a module in its second half.
                whole = f"bot.{name.name}" if node.module == "bot" else node.module
                yield Import(module, node.lineno, whole)


def at_import(module: Path, text: str | None = None) -> Iterator[tuple[int, str]]:
    """Every name with a dot or a call in it that runs when the module is imported."""
    source = (ROOT / module).read_text(encoding="utf-8") if text is None else text
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Attribute, ast.Call)):
            what = node.func if isinstance(node, ast.Call) else node
            yield node.lineno, ast.unparse(what)
        waiting.extend(_run_at_once(node))


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """A function's body waits until it is called; its defaults and decorators don't."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from [*node.decorator_list, *node.args.defaults]
        yield from (default for default in node.args.kw_defaults if default)
        return
    yield from ast.iter_child_nodes(node)
