"""Rules for docstrings, comments and lines; each test lists every offender at once."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from kuntamittari import settings

FOLDERS = ("kuntamittari", "pages", "bench", "scripts")
FILES = ("app.py", "tasks.py")
LONGEST_LINE = 120  # characters
MOST_SKIPS = 10  # lines that the formatter leaves alone
SKIP = re.compile(r"# *fmt: *(skip|off)")
# the user is "they"; old names of the workspace and of exhibits; methods are cited as docs/methods.md
WORDS = re.compile(
    r"\b([Ss]he|[Hh]ers?|[Dd]esks?|METHODS)\b|\b[Ll]eaf\b|\b(the|of|as|all|these|its|draws?) leaves\b|^Leaves\b"
)
# a function is described by what it does ("Return the …"), not by what it gives ("The …")
NOT_IMPERATIVE = re.compile(
    r"(The|A|An|What|Whether|How|Where|Who|Whose|Which|When|Why|That|As|With|Without|In|Is|Has|Each|Every|All|One|Two|Less"
    r"|Returns|Raises|Makes|Gives|Takes|Draws|Says|Reads|Writes|Yields|Looks|Keeps|Puts|Sets|Adds|Asks|Shows|Does)\b"
)


def sources() -> Iterator[tuple[str, str]]:
    """Yield name and content of every Python file outside the tests."""
    paths = [path for folder in FOLDERS for path in sorted((settings.ROOT / folder).rglob("*.py"))]
    for path in [*paths, *(settings.ROOT / file for file in FILES)]:
        yield path.relative_to(settings.ROOT).as_posix(), path.read_text("utf-8")


def described(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the public functions of a module, and the public methods of its public classes."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def is_noun(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function is a property or a route of the API, whose docstring is published."""
    return any(re.match(r"property$|cached_property$|\w+\.get\(", ast.unparse(one)) for one in function.decorator_list)


def raised(function: ast.AST) -> set[str]:
    """Return the names of the errors that a function raises itself, not in a function inside it."""
    names = set()
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(error).rpartition(".")[2]
            names |= {name} if name.endswith("Error") else set()
        names |= raised(node)
    return names


def none_of(offenders: Iterable[str]) -> None:
    """Fail with every offender on its own line."""
    if lines := list(offenders):
        pytest.fail(f"{len(lines)} against the rule:\n" + "\n".join(lines), pytrace=False)


def test_docstrings_use_the_terms_of_the_field() -> None:
    none_of(
        f"{file}:{line}: {match.group()!r} in {text.splitlines()[0]!r}"
        for file, content in sources()
        for line, text in described(ast.parse(content))
        if (match := WORDS.search(text))
    )


def test_functions_are_described_in_the_imperative() -> None:
    none_of(
        f"{file}:{function.lineno}: {function.name}: {text.splitlines()[0]}"
        for file, content in sources()
        for function in public_functions(ast.parse(content).body)
        if not is_noun(function) and (text := ast.get_docstring(function)) and NOT_IMPERATIVE.match(text)
    )


def test_functions_name_the_errors_that_they_raise() -> None:
    none_of(
        f"{file}:{function.lineno}: {function.name} raises {', '.join(sorted(errors))}"
        for file, content in sources()
        for function in public_functions(ast.parse(content).body)
        if not is_noun(function) and (errors := raised(function))
        if "Raise" not in (ast.get_docstring(function) or "")
    )


def test_lines_are_short_enough_to_be_read_beside_each_other() -> None:
    none_of(
        f"{file}:{number}: {len(line)} characters"
        for file, content in sources()
        for number, line in enumerate(content.splitlines(), 1)
        if len(line) > LONGEST_LINE
    )


def test_hardly_any_line_is_kept_from_the_formatter() -> None:
    everywhere = [*sources(), *((str(path), path.read_text("utf-8")) for path in files_of_tests())]
    skipped = [
        f"{file}:{number}"
        for file, content in everywhere
        for number, line in enumerate(content.splitlines(), 1)
        if SKIP.search(line.partition("#")[1] + line.partition("#")[2])
    ]
    none_of(skipped if len(skipped) > MOST_SKIPS else [])


def files_of_tests() -> list[Path]:
    """Return the files of the tests."""
    return sorted((settings.ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Return what the user has in her workspace.", True),
        ("Put a row on the desk.", True),
        ("Return the leaves of a page.", True),
        ("Compute it as METHODS 5 says.", True),
        ("Return the part that inflection leaves unchanged.", False),
        ("Return whether others here share their answers.", False),
    ],
)
def test_old_terms_are_told_from_ordinary_words(text: str, refused: bool) -> None:
    assert bool(WORDS.search(text)) is refused
