"""The habits of the project, each as one rule over all files: a broken rule lists every offender at once."""

import ast
import hashlib
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest
import yaml

from kuntamittari import settings
from kuntamittari.catalog.statuses import STATUSES
from tests.support.material import shared, unavailable

ROOT = settings.ROOT
LONGEST_PAGE = 80  # lines
LARGEST_FILE = 2_000_000  # bytes
MOST_MODULES = 20  # in one folder of kuntamittari/ or tests/
NEVER_IN_UNIT_TESTS = ("streamlit", "starlette", "fastapi", "playwright")
MAY_IMPORT_STREAMLIT = ("kuntamittari/ui/", "pages/", "kuntamittari/dashboard.py", "app.py", "bench/")
STATEMENT = re.compile(
    r"\s*(select\b.+\bfrom\b|with\s+\w+\s+as\s*(not\s+materialized\s*)?\(|insert\s+into\b|copy\b.+\b(to|from)\b|update\s+\w+\s+set\b"
    r"|delete\s+from\b|(create|drop|alter)\s+(or\s+replace\s+)?(temp\s+)?(table|view|macro)\b|from\s+\w+\s+select\b)",
    re.IGNORECASE | re.DOTALL,
)
KEYWORD = re.compile(
    r"\b(?i:select|from|where|with|as|and|or|not|in|is|null|join|left|full|cross|using|on|group|order|by|having|union|all|case|when"
    r"|then|else|end|distinct|filter|over|partition|create|view|macro|table|count|sum|min|max|median|coalesce)\b"
)
MACHINE_PATH = re.compile(r"(?<![\w.:/}~-])/(work|root|tmp|home|Users|opt|var|mnt)(?=/|\b(?![\w-]))")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|conda\.anaconda\.org|crates\.io|jsdelivr\.net|unpkg\.com"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, and those about to be."""
    if not (ROOT / ".git").exists():
        unavailable("needs a checkout: this copy is not under version control")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return tuple(ROOT / name for name in sorted(set(listed)) if name and (ROOT / name).is_file())


def nobody(offenders: Iterable[str]) -> None:
    """Fails with every offender on a line of its own."""
    if lines := sorted(offenders):
        pytest.fail(f"{len(lines)} against the rule:\n" + "\n".join(lines), pytrace=False)


def name(path: Path) -> str:
    """A file as the project calls it."""
    return path.relative_to(ROOT).as_posix()


@cache
def all_texts() -> tuple[tuple[str, str, str], ...]:
    """Name, ending and content of every tracked text file."""
    contents = ((path, path.read_bytes()) for path in tracked())
    return tuple((name(path), path.suffix, text.decode("utf-8")) for path, text in contents if b"\0" not in text)


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    """Name and content of every tracked text file, or of those with certain endings."""
    return ((file, content) for file, ending, content in all_texts() if not endings or ending in endings)


@cache
def trees() -> dict[str, ast.Module]:
    """Name and syntax tree of every Python file."""
    return {file: ast.parse(content) for file, content in texts(".py")}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax tree of every Python file outside the tests."""
    return ((file, tree) for file, tree in trees().items() if not file.startswith("tests/"))


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a file, of which the rules ask again and again."""
    return tuple(ast.walk(tree))


def sql_files() -> Iterator[tuple[str, str]]:
    """Name and content of every SQL file."""
    for path in sorted(settings.SQL.rglob("*.sql")):
        yield name(path), path.read_text("utf-8")


def test_pages_are_short_enough_to_be_read_at_once() -> None:
    pages = {name(path): len(path.read_text("utf-8").splitlines()) for path in settings.PAGES.glob("*.py")}
    assert pages
    nobody(f"{page}: {lines} lines" for page, lines in pages.items() if lines > LONGEST_PAGE)


def imported(node: ast.AST) -> list[str]:
    """The packages that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return (
        [node.module.partition(".")[0]] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
    )


def test_streamlit_is_known_only_where_pages_are_drawn() -> None:
    knowing = {file for file, tree in modules() for node in nodes(tree) if "streamlit" in imported(node)}
    assert "kuntamittari/dashboard.py" in knowing
    nobody(file for file in knowing if not file.startswith(MAY_IMPORT_STREAMLIT))


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every string; what an f-string puts in is one word."""
    inside = {
        id(part)
        for node in nodes(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr) and id(node) not in inside:
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values),
            )


def test_sql_stands_in_files_never_in_strings() -> None:
    nobody(
        f"{file}:{line}: {text}" for file, tree in modules() for line, text in strings(tree) if STATEMENT.match(text)
    )


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("select value from finance", True),
        ("\n  SELECT *\n  FROM finance", True),
        ("with final as (select 1)", True),
        ("insert into finance values (1)", True),
        ("copy finance to 'x'", True),
        ("create or replace view x as", True),
        ("update finance set eur = 0", True),
        ("selected municipalities", False),
        ("Update the data: `update` again", False),
        ("with the chosen ones", False),
        ("Copy", False),
    ],
)
def test_sql_is_told_from_prose(text: str, statement: bool) -> None:
    assert bool(STATEMENT.match(text)) is statement


RUNS_SQL = ("sql", "execute", "executemany", "from_query", "query_df")
A_FILE = re.compile(r"_statement\(name\)|script\.read_text\('utf-8'\)|\(settings\.SQL / [^()]+\)\.read_text\('utf-8'\)")


@cache
def called(tree: ast.Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with what is called, as it is written: `frame.link`, `open`."""
    return tuple((node, ast.unparse(node.func)) for node in nodes(tree) if isinstance(node, ast.Call))


def test_what_is_run_as_sql_is_a_whole_file_whose_parameters_are_bound() -> None:
    run = [
        (file, node) for file, tree in modules() for node, name in called(tree) if name.rpartition(".")[2] in RUNS_SQL
    ]
    places = Counter(file for file, _ in run if file.startswith("kuntamittari/"))
    # the one statement of a query and those of sql/schema; the same two of an invented country
    assert places == {"kuntamittari/query/database.py": 2, "kuntamittari/query/invented.py": 2}
    nobody(
        f"{file}:{node.lineno}: {ast.unparse(node)}"
        for file, node in run
        if not node.args or not A_FILE.fullmatch(ast.unparse(node.args[0]))
    )
    gap = re.compile(r"%s|\{\w*\}|\?\s*[,)]")  # to be filled in with words
    nobody(f"{file}: {line}" for file, content in sql_files() for line in content.splitlines() if gap.search(line))


def test_only_the_package_query_asks_the_database() -> None:
    """Neither DuckDB nor a query by its name is known elsewhere, so that no question is asked in two places."""
    names = {path.relative_to(settings.SQL).with_suffix("").as_posix() for path in settings.SQL.rglob("*.sql")}
    offenders = []
    for file, tree in modules():
        if not file.startswith(("kuntamittari/", "pages/", "app.py")) or file.startswith("kuntamittari/query/"):
            continue
        offenders += [f"{file}:{node.lineno}: duckdb" for node in nodes(tree) if "duckdb" in imported(node)]
        for node, name in called(tree):
            first = node.args[0] if node.args else None
            if name.endswith(".query") and isinstance(first, ast.Constant) and first.value in names:
                offenders.append(f"{file}:{node.lineno}: {first.value}")
    nobody(offenders)


def test_each_query_is_asked_in_one_place() -> None:
    asked = Counter(
        node.args[0].value
        for file, tree in modules()
        if file.startswith("kuntamittari/query/")
        for node, name in called(tree)
        if name.endswith(".query") and node.args and isinstance(node.args[0], ast.Constant)
    )
    files = {path.stem for path in settings.SQL.glob("*.sql")}
    assert set(asked) == files
    nobody(f"{query}: {times} places" for query, times in asked.items() if times > 1)


def test_sql_and_python_have_the_same_list_of_statuses() -> None:
    content = (settings.SQL / "schema" / "00_status.sql").read_text("utf-8").rpartition("statuses() as")[2]
    assert tuple(ast.literal_eval(content.strip().rstrip(";"))) == STATUSES
    lists = [(file, content) for file, content in sql_files() if "'preliminary'" in content]
    nobody(file for file, _ in lists if file != "sql/schema/00_status.sql")


RUNS_WHAT_IT_READS = re.compile(
    r"(eval|exec|compile|__import__|os\.(system|popen)|(c?[pP]ickle|marshal|shelve|dill|joblib)\.\w+|tempfile\.mktemp|.*\.extract(all)?"
    r"|yaml\.(unsafe_load\w*|full_load\w*|load_all)|read_pickle|importlib\.import_module)"
)


def test_nothing_that_is_read_is_run() -> None:
    offenders = []
    for file, tree in modules():
        for node, name in called(tree):
            words = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            unsafe = name == "yaml.load" and words.get("Loader") not in (
                "_AsWritten",
                "SAFE",
            )  # a BaseLoader, a SafeLoader
            if unsafe or words.get("shell") == "True" or RUNS_WHAT_IT_READS.fullmatch(name):
                offenders.append(f"{file}:{node.lineno}: {ast.unparse(node)[:100]}")
    nobody(offenders)


def test_markup_is_made_only_where_it_is_looked_at_by_the_tests_of_security() -> None:
    nobody(
        f"{file}:{node.lineno}: {name}"
        for file, tree in modules()
        for node, name in called(tree)
        if (name == "st.html" or any(keyword.arg == "unsafe_allow_html" for keyword in node.keywords))
        and not file.startswith(("kuntamittari/ui/", "kuntamittari/dashboard.py"))
    )


def test_a_query_says_its_purpose_and_grain_and_an_audit_its_rule() -> None:
    def opening(file: str, content: str) -> bool:
        lines = content.splitlines()
        if file.startswith("sql/audits/"):
            return bool(re.fullmatch(r"-- rule: [A-Z].+\.", lines[0]))
        comment = takewhile(lambda line: line.startswith("--"), lines)
        return lines[0].startswith("-- purpose: ") and any(line.startswith("-- grain: ") for line in comment)

    nobody(file for file, content in sql_files() if not opening(file, content))


def test_sql_is_written_in_lower_case() -> None:
    offenders = []
    for file, content in sql_files():
        for number, line in enumerate(content.splitlines(), 1):
            code = re.sub(r"--.*|'[^']*'", "", line)
            offenders += [f"{file}:{number}: {word}" for word in KEYWORD.findall(code) if word != word.lower()]
    nobody(offenders)


def test_a_query_ends_by_selecting_from_final() -> None:
    nobody(file for file, content in sql_files() if "/schema/" not in file and "\nselect * from final" not in content)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    nobody(found(MACHINE_PATH))


def test_no_file_names_a_package_registry() -> None:
    nobody(found(REGISTRY))


def found(pattern: re.Pattern[str]) -> Iterator[str]:
    """Every line of every text file in which a pattern occurs."""
    for file, content in texts():
        for number, line in enumerate(content.splitlines(), 1):
            if pattern.search(line):
                yield f"{file}:{number}: {line.strip()}"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("data = '{}/main/data'", True),
        ("cd {}", True),
        ("--out={}/x", True),
        ("https://example.org{}/x", False),
        ("f'{base}{}/x'", False),
        ("~{}/x", False),
        ("tests{}.py", False),
        ("{}shop/x", False),
    ],
)
def test_a_path_of_a_machine_is_told_from_a_relative_one(line: str, path: bool) -> None:
    assert bool(MACHINE_PATH.search(line.replace("{}", "/" + "work"))) is path


def test_every_requirement_is_pinned() -> None:
    files = sorted(ROOT.glob("requirements*.txt"))
    assert len(files) >= 2
    lines = [(name(file), line.strip()) for file in files for line in file.read_text("utf-8").splitlines()]
    pin = re.compile(r"(#.*)?|-r requirements[\w-]*\.txt|[\w.-]+(\[[\w,-]+\])?==[\w.]+( *;.+)?( +#.*)?")
    nobody(f"{file}: {line}" for file, line in lines if not pin.fullmatch(line))


class WithoutRepeats(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a key may stand once only: the ordinary loader keeps the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"repeated: {repeated}", node.start_mark)
        return super().construct_mapping(node, deep)


def test_every_yaml_file_can_be_read_and_says_nothing_twice() -> None:
    offenders, files = [], list(texts(".yaml", ".yml"))
    for file, content in files:
        try:
            list(yaml.load_all(content, WithoutRepeats))
        except yaml.YAMLError as error:
            offenders.append(f"{file}: {error}")
    assert {"kuntamittari/i18n/fi.yaml", "kuntamittari/catalog/task_classes.yaml"} < {file for file, _ in files}
    nobody(offenders)


def public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """The public classes and functions of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def test_every_public_function_and_class_says_what_it_is() -> None:
    package = [(file, tree) for file, tree in modules() if file.startswith("kuntamittari/")]
    nobody(
        f"{file}:{node.lineno}: {node.name}"
        for file, tree in package
        for node in public(tree)
        if not ast.get_docstring(node)
    )


def test_every_module_says_what_it_is() -> None:
    nobody(file for file, tree in modules() if tree.body and not ast.get_docstring(tree))


def test_no_folder_has_more_modules_than_are_seen_at_once() -> None:
    """Beside the __init__.py, which is the folder itself."""
    folders = Counter(
        file.rpartition("/")[0]
        for file in trees()
        if file.startswith(("kuntamittari/", "tests/")) and not file.endswith("/__init__.py")
    )
    assert {"kuntamittari/etl", "tests", "tests/unit/stats"} < folders.keys()
    nobody(f"{folder}: {number} modules" for folder, number in folders.items() if number > MOST_MODULES)


@cache
def loaded_by(file: str) -> frozenset[str]:
    """The dotted names that a file imports, in functions too where it is one of the tests."""
    tree, names = trees()[file], set()
    for node in nodes(tree) if file.startswith("tests/") else tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def loaded(file: str) -> Iterator[tuple[str, str]]:
    """Every dotted name that importing a file leads to, and the file of ours that imports it."""
    waiting, seen = [file], {file}
    while waiting:
        one = waiting.pop()
        for dotted in loaded_by(one):
            yield dotted, one
            parts = dotted.split(".")
            folders = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
            for module in ("/".join(parts) + ".py", *(f"{folder}/__init__.py" for folder in folders)):
                if module in trees() and module not in seen:
                    seen.add(module)
                    waiting.append(module)


def test_unit_tests_load_neither_the_dashboard_nor_a_server_nor_a_browser() -> None:
    unit = [file for file in trees() if file.startswith("tests/unit/")]
    assert len(unit) > 40
    nobody(
        f"{file}: {dotted} by {by}"
        for file in ["tests/conftest.py", *unit]
        for dotted, by in loaded(file)
        if dotted.partition(".")[0] in NEVER_IN_UNIT_TESTS
    )


def test_the_files_that_begin_a_run_exist() -> None:
    """A name left behind by a moved file would be passed over in silence."""
    [longest] = [
        ast.literal_eval(node.value)
        for node in trees()["tests/conftest.py"].body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LONGEST"
    ]
    nobody(file for file in longest if f"tests/{file}.py" not in trees())


def test_tests_share_helpers_by_modules_and_not_by_other_tests() -> None:
    nobody(
        f"{file}: {dotted}"
        for file in trees()
        if file.startswith("tests/")
        for dotted in loaded_by(file)
        if re.match(r"(tests\..*)?\b(conftest|test_\w+)$", dotted)
    )


def test_no_file_is_too_large_for_version_control() -> None:
    nobody(name(path) for path in tracked() if path.stat().st_size > LARGEST_FILE)


@pytest.mark.parametrize("part", ["sources", "seeds"])
def test_the_material_beside_the_project_is_not_copied_into_it(part: str) -> None:
    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    theirs = {digest(path): path.name for path in shared(part).rglob("*") if path.is_file()}
    assert theirs
    nobody(f"{name(path)} is {theirs[digest(path)]}" for path in tracked() if digest(path) in theirs)
