"""The source as a reader meets it: modules, their functions, and what each of them imports."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mentormatch"
NOT_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)

type FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
type DocumentedNode = ast.Module | ast.ClassDef | FunctionNode


@dataclass(frozen=True, slots=True)
class Function:
    """One function or method: where it stands and what the budgets ask of it."""

    place: str
    lines: int
    is_public: bool
    is_documented: bool
    is_typed: bool


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python, read and parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """Return the path as people say it, from the top of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Return the dotted name under which the module is imported."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def read_module(path: Path) -> Module:
    """Read and parse one file."""
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, filename=str(path)))


def modules_of(*rooms: str) -> list[Module]:
    """Return the modules of some rooms of the package in a fixed order; an empty name stands for the whole package."""
    found = {
        path for room in rooms for path in (PACKAGE / f"{room}.py", *(PACKAGE / room).rglob("*.py")) if path.is_file()
    }
    return [read_module(path) for path in sorted(found)]


def code_lines(module: Module) -> int:
    """Count the lines that hold code: no blank lines, comments, docstrings or other texts that stand by themselves."""
    texts = [node for node in ast.walk(module.tree) if isinstance(node, ast.Expr) and _is_text(node.value)]
    lines = {line for node in texts for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return len(_code_lines(module.text) - lines)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def functions_of(module: Module) -> Iterator[Function]:
    """Yield every function and method of a module, those inside other functions too."""
    code = _code_lines(module.text)
    for node, owners in _walk(module.tree, ()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = _docstring_lines(node)
            yield Function(
                place=".".join((module.name, *(owner.name for owner in owners), node.name)),
                lines=sum(1 for line in range(node.lineno, (node.end_lineno or 0) + 1) if line in code - docstring),
                is_public=_is_reachable(node, owners),
                is_documented=ast.get_docstring(node) is not None,
                is_typed=_is_typed(node, is_method=bool(owners) and isinstance(owners[-1], ast.ClassDef)),
            )


def undocumented(module: Module) -> list[str]:
    """Return the module itself and its classes, as far as they lack a docstring."""
    nodes: list[DocumentedNode] = [module.tree]
    nodes += [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    return [f"{module.place}: {getattr(node, 'name', 'module')}" for node in nodes if not ast.get_docstring(node)]


def imports_of(module: Module) -> set[str]:
    """Return the dotted names that a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _walk(
    node: ast.AST, owners: tuple[ast.ClassDef | FunctionNode, ...]
) -> Iterator[tuple[ast.AST, tuple[ast.ClassDef | FunctionNode, ...]]]:
    for child in ast.iter_child_nodes(node):
        yield child, owners
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _walk(child, (*owners, child))
        else:
            yield from _walk(child, owners)


def _code_lines(text: str) -> frozenset[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return frozenset(
        line for token in tokens if token.type not in NOT_CODE for line in range(token.start[0], token.end[0] + 1)
    )


def _docstring_lines(node: FunctionNode) -> frozenset[int]:
    if ast.get_docstring(node) is None:
        return frozenset()
    first = node.body[0]
    return frozenset(range(first.lineno, (first.end_lineno or first.lineno) + 1))


def _is_reachable(node: FunctionNode, owners: tuple[ast.ClassDef | FunctionNode, ...]) -> bool:
    names = [owner.name for owner in owners] + [node.name]
    return all(isinstance(owner, ast.ClassDef) for owner in owners) and not any(name.startswith("_") for name in names)


def _is_typed(node: FunctionNode, *, is_method: bool) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args]
    if is_method and not any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list):
        arguments = arguments[1:]
    arguments += [*node.args.kwonlyargs, *(a for a in (node.args.vararg, node.args.kwarg) if a)]
    return node.returns is not None and all(argument.annotation is not None for argument in arguments)
