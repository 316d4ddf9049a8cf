"""The house keeps its order: which module may import which, and what a file is called."""

import ast
import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.analyzers.base.tabulate import tabulate
from cnncalc.dialects.base.dialect import find as find_dialect
from cnncalc.dialects.base.dialect import key_of
from cnncalc.language.kinds import index_spellings, layer_class
from cnncalc.language.schema import schema
from cnncalc.layers.base.layer import Layer
from cnncalc.metrics import METRICS, Metric
from cnncalc.solving.search.goals import known_metric
from cnncalc.vocabulary.base.vocabulary import index_entries

ROOT = Path(cnncalc.__file__).parent
REGISTRIES = (
    "layers", "dialects", "vocabulary", "analyzers", "counters", "check.claims", "check.lints", "calculator.formulas", "solving.solvers",
    "formats", "cli.commands", "plots", "importers", "exporters", "drawing.styles", "drawing.targets",
    "reporting.panels", "sweeping.executors", "sweeping.sinks",
)  # fmt: skip

# From left to right: a module imports only from places to its left, or from its own place. A place is a file or a
# folder of the top level, or a part of one that is listed by itself.
ORDER = [
    ("errors", "registry", "quantity", "foreign", "work", "__init__"),
    ("system",),
    ("arithmetic", "protobuf"),
    ("working",),
    ("dialects.base",),
    ("dialects",),
    ("vocabulary.base",),
    ("vocabulary",),
    ("layers.base",),
    ("layers",),
    ("network",),
    ("tables",),
    ("receptive_field", "cost"),
    ("metrics",),
    ("porting",),
    ("importers.base",),
    ("importers",),
    ("language",),
    ("analyzers.base", "input_sizes", "counters.base"),
    ("loading",),
    ("counters",),
    ("analyzers",),
    ("converting",),
    ("exporting",),
    ("plots.base",),
    ("drawing.layered",),
    ("drawing",),
    ("drawing.styles.base",),
    ("drawing.styles",),
    ("drawing.targets.base",),
    ("drawing.targets",),
    ("drawing.draw",),
    ("exporters.base",),
    ("exporters",),
    ("calculator.derivations",),
    ("calculator",),
    ("calculator.formulas",),
    ("plots",),
    ("check.claims.base", "check.lints.base"),
    ("check.claims", "check.lints"),
    ("check",),
    ("diff",),
    ("sweeping",),
    ("sweeping.executors.base",),
    ("sweeping.executors", "sweeping.sinks"),
    ("sweeping.frames", "sweeping.saving", "sweeping.sweep"),
    ("sweeping.picture", "sweeping.studying"),
    ("solving.search",),
    ("solving",),
    ("solving.solvers",),
    ("manual",),
    ("formats.base",),
    ("formats",),
    ("reporting.base",),
    ("reporting.panels",),
    ("reporting",),
    ("serving",),
    ("cli",),
    ("cli.commands",),
    ("cli.completion",),
    ("cli.main",),
    ("__main__",),
]
RANK = {place: rank for rank, places in enumerate(ORDER) for place in places}


def place(module: str) -> str:
    """`layers` for `cnncalc.layers.conv`, `layers.base` for `cnncalc.layers.base.keys`: the longest that is listed."""
    parts = module.split(".")[1:] or ["__init__"]
    listed = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in listed if name in RANK), parts[0])


@cache
def text_of(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax of a file, all of it."""
    return ast.parse(text_of(path))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """The syntax of a file, without what is for the type checker only."""
    tree = ast.parse(text_of(path))
    for node in tree.body:
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        ):
            node.body = []
    return list(ast.walk(tree))


def imports(path: Path) -> set[str]:
    """The modules of cnncalc that a file imports when it runs: not those for the type checker."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
            if node.module == "cnncalc" or (ROOT / node.module.replace("cnncalc.", "")).is_dir():
                modules = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(m for m in modules if m.startswith("cnncalc"))
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.startswith("cnncalc"))
    return found


def opened(path: Path) -> set[str]:
    """The registries from which a file loads by name: imports that no `import` shows."""
    return {
        node.args[0].value
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("registry.load", "registry.by_name")
        and isinstance(node.args[0], ast.Constant)
    }


FILES = sorted(ROOT.rglob("*.py"))

# What shows itself in a notebook has itself drawn, by the format that draws pages; a network does so as its summary.
IN_NOTEBOOKS = {
    ("network", "analyzers"), ("network", "formats"), ("porting", "formats"), ("tables", "formats"), ("calculator", "formats"),
    ("calculator.derivations", "formats"), ("solving", "formats"), ("sweeping.frames", "formats"),
}  # fmt: skip


def module_of(path: Path) -> str:
    """`cnncalc.layers.conv` for its file; `cnncalc.layers` for the file of the folder."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    relative = path.relative_to(ROOT)
    own = place(module_of(path))
    for module in imports(path):
        other = place(module)
        if other == "__version__":
            continue
        assert other in RANK, f"{relative} imports {module}, which has no place in the order"
        assert RANK[other] <= RANK[own], f"{relative} imports {module}"
        if own in REGISTRIES and other == own:
            pytest.fail(f"{relative} imports its neighbour {module}")


@pytest.mark.parametrize(
    "path", [path for path in FILES if "registry." in text_of(path) and opened(path)], ids=lambda p: str(p.relative_to(ROOT))
)
def test_what_is_loaded_by_name_stands_before_or_is_a_registry_of_ones_own(path):
    own = place(module_of(path))
    for registry_ in opened(path):
        is_own = own in (registry_, f"{registry_}.base")
        assert is_own or RANK[registry_] < RANK[own] or (own, registry_) in IN_NOTEBOOKS, (
            f"{path} loads {registry_}"
        )


def test_every_module_has_a_place_in_the_order():
    assert {place(module_of(path)) for path in FILES} == set(RANK)


@pytest.mark.parametrize("kind", registry.names("layers"))
def test_a_layer_file_holds_one_class_of_its_name_with_a_manual(kind):
    module = registry.load("layers", kind)
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Layer)
        and value.__module__ == module.__name__
    ]

    assert own == [layer_class(kind)]
    assert own[0].kind == kind
    assert own[0].__doc__
    assert own[0].example


@pytest.mark.parametrize("folder", REGISTRIES)
def test_everything_in_a_registry_says_what_it_is(folder):
    for name in registry.names(folder):
        assert registry.load(folder, name).__doc__


def test_no_layer_is_named_in_another_source_file():
    """A kind is known by its file alone; the words that people confuse with one are data."""
    # What layers are together has a name in the field: that is data on kinds, too.
    allowed = {"language/kinds.py", "converting/naming.py"}
    names = {kind for kind in registry.names("layers") if "_" in kind and len(kind) > 8}
    for path in FILES:
        relative = str(path.relative_to(ROOT))
        # A dialect, a vocabulary and a convention are data on kinds of layer: what others call each, and
        # what another tool counts for it. And a formula may be about one kind, and an importer
        # says what kind a node of its format is, an exporter how its target writes one.
        if (
            relative.startswith(
                (
                    "layers",
                    "dialects",
                    "vocabulary",
                    "counters",
                    "calculator/formulas",
                    "importers",
                    "exporters",
                )
            )
            or relative in allowed
        ):
            continue
        constants = {
            node.value for node in nodes(path) if isinstance(node, ast.Constant) and node.value in names
        } if names else set()  # fmt: skip
        assert not constants, f"{relative} names {constants}"


SPEC_FILES = {path.stem: path for path in (ROOT / "language").glob("*.py")}


def reader_imports(name: str) -> set[str]:
    """The files of the reader that one imports, those for the type checker included."""
    found = set()
    for node in ast.walk(ast.parse(SPEC_FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cnncalc.language"):
            found |= (
                {node.module.split(".")[2]}
                if node.module.count(".") > 1
                else {a.name for a in node.names}
            )
    return found


def reached(name: str) -> set[str]:
    """All that a file of the reader needs."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = reader_imports(waiting.pop()) - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("name", sorted(SPEC_FILES))
def test_the_reader_has_no_circle_not_even_of_types(name):
    assert name not in reached(name)


@pytest.mark.parametrize("name", ["expand", "hosting", "parts", "nodes", "reuse", "env", "limits"])
def test_what_expands_a_spec_does_not_know_what_compiles_it(name):
    assert not reached(name) & {"compile", "models", "blocks", "items", "item_keys", "document"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_classes_and_records_are_small(path):
    text = text_of(path)
    defined = list(ast.walk(tree_of(path)))
    classes = [
        node.name
        for node in defined
        if isinstance(node, ast.ClassDef) and node.end_lineno - node.lineno >= 200
    ]
    wide = [
        node.name
        for node in defined
        if isinstance(node, ast.FunctionDef)
        and len(node.args.args) + len(node.args.kwonlyargs) > 14
        # Each option of a command is an argument of the function behind it.
        and not (path.parent.name == "commands" and node.name == "run")
    ]

    assert text.count("\n") <= 400
    assert not classes
    assert not wide


# Past participles that do not end in -ed, and words in -ed that are none.
IRREGULAR = frozenset(
    re.findall(
        r"\w+",
        """
    begun bought bound broken brought built chosen come cut done drawn driven fallen fed felt forgotten found frozen given
    gone grown held hidden kept known laid led left let lost made meant met paid put read run said seen sent set shown
    spent split spoken spread spelt stood stored taken taught thought thrown told understood won worn written
""",
    )
)
NO_PARTICIPLES = {"embed", "feed", "heed", "need", "red", "seed", "speed"}
# These are verbs as they stand, and so are names like `read_text`.
BOTH = {"come", "cut", "let", "put", "read", "run", "set", "split", "spread"}
VERBS = frozenset(
    re.findall(
        r"\w+",
        """
    add can check compile count describe fetch find has import is join judge label list looks name report replace save show tell to
""",
    )
)
PREPOSITIONS = {
    "above",
    "at",
    "below",
    "by",
    "for",
    "from",
    "in",
    "near",
    "of",
    "on",
    "to",
    "up",
    "with",
}


def is_participle(word: str) -> bool:
    return word in IRREGULAR or (word.endswith("ed") and word not in NO_PARTICIPLES)


def says_what_was_done(name: str) -> bool:
    """Whether the name of a function is a past participle in place of a verb or of a noun: `shown`, `taken_from`."""
    first, *rest = name.strip("_").split("_")
    if first in BOTH or first in VERBS:
        return False
    return is_participle((first, *rest)[-1]) or (is_participle(first) and rest[0] in PREPOSITIONS)


@pytest.mark.parametrize(("name", "bad"), [
    ("shown", True), ("_moved", True), ("taken_from", True), ("who_read", True), ("looked_at", True),
    ("read", False), ("saved_bytes", False), ("find_seen", False), ("need", False), ("is_fixed", False),
])  # fmt: skip
def test_what_a_past_participle_is(name, bad):
    assert says_what_was_done(name) == bad


ASKING = {"are", "can", "has", "is", "may"}


def asks(name: str) -> bool:
    """Whether the name of a function reads as a question: `is_empty`, `fits`, `_arity_fits`."""
    words = name.strip("_").split("_")
    return words[0] in ASKING or any(
        word.endswith("s") and not word.endswith("ss") for word in words
    )


@pytest.mark.parametrize(("name", "good"), [
    ("is_map", True), ("_are_causal", True), ("fits", True), ("stands_alone", True), ("_arity_fits", True),
    ("single", False), ("differ", False), ("_within", False), ("cross_less", False),
])  # fmt: skip
def test_what_a_question_is(name, good):
    assert asks(name) == good


def functions(path: Path) -> list[tuple[ast.FunctionDef, ast.Module | ast.ClassDef]]:
    """The functions and methods of a file and where they stand, those inside of functions left out."""
    tree = tree_of(path)
    homes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    return [
        (node, home) for home in homes for node in home.body if isinstance(node, ast.FunctionDef)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_are_verbs_or_the_noun_they_return_or_questions_and_short(path):
    found = [node for node, _ in functions(path)]
    # A property may be the adjective of what it belongs to.
    named = [node.name for node in found if "property" not in map(ast.unparse, node.decorator_list)]

    told = [node for node in found if (ast.get_docstring(node) or "").startswith("Whether ")]
    answers = [node.name for node in told if ast.unparse(node.returns) in ("bool", "bool | None")]

    assert not [name for name in named if says_what_was_done(name)]
    assert not [name for name in answers if not name.startswith("__") and not asks(name)]
    assert not [node.name for node in found if node.end_lineno - node.lineno >= 50]


def raised(function: ast.FunctionDef) -> set[str]:
    """What a function raises itself, by the class or the function that makes it."""
    waiting: list[ast.AST] = [*function.body]
    found = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            found.add(ast.unparse(node.exc).split("(")[0])
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return found - {"NotImplementedError", "typer.Exit"}


# The docstring of a command is its help, for users.
LIBRARY = [path for path in FILES if not path.is_relative_to(ROOT / "cli" / "commands")]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
@pytest.mark.slow
def test_public_functions_say_what_they_raise(path):
    for function, home in functions(path):
        is_private = function.name.startswith("_") or getattr(home, "name", "").startswith("_")
        if not is_private and raised(function):
            manual = ast.get_docstring(function) or ""
            assert re.search(r"\b[Rr]aises? ", manual), f"{function.name} raises {raised(function)}"


FRAMEWORKS = re.compile(
    r"(?<![a-z])(keras|(py)?torch|flax|caffe|tensorflow)(?![a-z])", re.IGNORECASE
)
NEUTRAL = ("arithmetic", "layers")


def documentation(tree: ast.AST) -> set[int]:
    """The strings of a file that are prose for readers: docstrings, `source`, the help of a key."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            found.add(id(node.value))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if {ast.unparse(target) for target in targets} & {"source", "CUTS"}:
                found.update(map(id, ast.walk(node)))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "key":
            found.update(
                id(part)
                for keyword in node.keywords
                if keyword.arg == "help"
                for part in ast.walk(keyword)
            )
    return found


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in FILES
        if path.relative_to(ROOT).parts[0] in NEUTRAL or path.parent.match("dialects/base")
    ],
    ids=lambda p: p.name,
)
def test_no_framework_is_named_but_in_documentation(path):
    tree = tree_of(path)
    prose = documentation(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            assert not FRAMEWORKS.search(node.value), (
                f"{path.name}:{node.lineno} names a framework: {node.value!r}"
            )
        assert not (isinstance(node, ast.Name) and FRAMEWORKS.fullmatch(node.id)), (
            f"{path.name}:{node.lineno}"
        )


def test_the_public_names_are_sorted_and_exist():
    assert sorted(cnncalc.__all__) == cnncalc.__all__
    for name in cnncalc.__all__:
        assert getattr(cnncalc, name) is not None
    assert dir(cnncalc) == cnncalc.__all__


HEAVY = (
    "pydantic",
    "numpy",
    "matplotlib",
    "networkx",
    "rich",
    "pytest",
    "jsonschema",
    "importlib.metadata",
)


@pytest.mark.parametrize("arguments", [
    ["shapes", "specs/resnet50.yaml", "--format", "json"],
    ["summary", "specs/resnet50.yaml", "--format", "csv"],
    ["check", "specs/lenet5.yaml"],
])  # fmt: skip
def test_commands_load_nothing_heavy(arguments):
    code = (
        "import sys\nfrom cnncalc.cli.main import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    root = ROOT.parent
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True
    )

    assert done.stderr == "[]\n"


def test_only_what_a_spec_names_is_loaded():
    code = (
        "import sys, cnncalc\n"
        "cnncalc.loads('input: {features: 3}\\nlayers: [dense: 10]')\n"
        "print(sorted(m[15:] for m in sys.modules if m.startswith('cnncalc.layers.') and '.base' not in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "['dense']\n"


_MAY_PRINT = re.compile(r"\bprint\(|\bexit\(|\.write\(")


def test_only_commands_print_or_exit():
    for path in FILES:
        if place(module_of(path)) in ("cli", "cli.commands", "cli.main", "__main__"):
            continue
        tree = tree_of(path)
        if not _MAY_PRINT.search(text_of(path)):
            continue
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not calls & {"print", "sys.exit", "exit", "sys.stdout.write", "sys.stderr.write"}, (
            path
        )


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """A place for one more file in any registry, as if it stood in the folder."""

    def add(folder: str, name: str, text: str) -> None:
        package = importlib.import_module(f"cnncalc.{folder}")
        home = tmp_path / folder
        home.mkdir(exist_ok=True)
        (home / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(home)])
        forget()

    def forget() -> None:
        for cached in (
            registry.names,
            registry.exists,
            registry.load,
            find_dialect,
            key_of,
            index_spellings,
            index_entries,
        ):
            cached.cache_clear()

    yield add
    monkeypatch.undo()
    forget()
    for module in [m for m in sys.modules if m.startswith("cnncalc.") and m.endswith(".toy")]:
        del sys.modules[module]


SPEC = "input: {channels: 3, size: [8, 8]}\nlayers: [toy: 2]"


@pytest.fixture
def run(cnncalc):
    """The command line; `cnncalc` is the library here."""
    return cnncalc


def test_a_layer_an_analyzer_and_a_format_take_one_file_each(plugins, run, tmp_path):
    plugins("layers", "toy", '''"""Toy."""
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer

class Toy(Layer):
    """Keeps every n-th channel twice."""

    times: int = key(COUNT, help="how often")

    def facts(self, *inputs):
        x = inputs[0]
        return Facts(x._replace(channels=x.channels * self.times), weights={"w": (x.channels,)})
''')  # fmt: skip
    plugins("analyzers", "toy", '''"""Counts layers."""
from cnncalc.analyzers.base.tabulate import tabulate

def analyze(network, *, extra: int = 0):
    return tabulate(network, "toy", ("layer", "output"))
''')  # fmt: skip
    plugins("formats", "toy", '''"""Shouts."""
FOLDS = True

def render(table, **_):
    return " ".join(str(row.values["layer"]).upper() for row in table.rows)
''')  # fmt: skip
    network = cnncalc.loads(SPEC)

    assert str(network.nodes[-1].output) == "6×8×8"
    assert network.params.value == 3
    assert cnncalc.analyze(network, "toy").analysis == "toy"

    (tmp_path / "toy.yaml").write_text(SPEC, encoding="utf-8")

    assert run("toy", tmp_path / "toy.yaml", "--format", "toy", "--extra", "3") == (
        0,
        "INPUT TOY1",
        "",
    )
    assert "rich, text or toy." in " ".join(run("toy", "--help").out.split())


def test_a_dialect_takes_one_file(plugins):
    plugins("dialects", "toy", '''"""Toy."""
from cnncalc.dialects.base.dialect import Dialect

def _odd(layer, windows):
    if any(window.kernel % 2 == 0 for window in windows):
        raise Toy.refuse("kernels are odd", key="kernel", help="take one more")

class Toy(Dialect):
    """Toy."""

    title = "Toy"
    version = "1"
    source = "none"
    partial = True
    conv_rounding = "full"
    neutral = "shade"
    defaults = {"conv": {"stride": 2}}
    refusals = {"conv": (_odd,)}
    spelling = "conv | Wring, Wrung | kernel: width, filters: many"
''')  # fmt: skip
    net = "dialect: toy\ninput: {{channels: 3, size: [8, 8]}}\nlayers:\n- {}"

    # ⌈(8 − 3) / 2⌉ + 1 = 4
    assert cnncalc.loads(net.format("conv: {many: 2, width: 3}")).nodes[-1].output == (
        2,
        (4, 4),
        "",
        1,
    )
    for layer, code, message, fix in (
        ("conv: {many: 2, width: 4}", "E308", "Toy refuses this: kernels are odd", "take one more"),
        ("dense: 4", "E308", "the dialect of Toy does not cover `dense`", "it covers conv"),
        ("Wrung: {many: 2}", "E102", "unknown kind of layer `Wrung`", "`Wrung` is called `conv` here"),
        ("conv: {many: 2, width: 3, shade: 1}", "E103", "unknown parameter `shade` for `conv`",
         "it changes no number here: leave it out"),
    ):  # fmt: skip
        with pytest.raises(cnncalc.SpecError) as refused:
            cnncalc.loads(net.format(layer))
        found = refused.value.diagnostics[0]
        assert (found.code, found.message, found.help) == (code, message, fix)
    with pytest.raises(cnncalc.SpecError, match=r"must be one of caffe, .*, toy, tract, got `toi`"):
        cnncalc.loads(net.format("relu").replace("toy", "toi"))

    from cnncalc.manual import layer

    assert schema()["properties"]["dialect"]["enum"][:3] == ["keras", "torch", "caffe"]
    assert "toy" in schema()["properties"]["dialect"]["enum"]
    assert "width" in str(schema()["definitions"]["layer.conv"])
    assert "Toy: Wring, Wrung  " in layer("conv").split("\n")
    assert "Toy" not in layer("dense")


def test_a_vocabulary_takes_one_file(plugins):
    plugins("vocabulary", "toy", '''"""Toy."""
TITLE = "Toy"
SOURCE = "none"
WORDS = "wringer | conv: {kernel: 3, …} | filters: many | three wide"
''')  # fmt: skip
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.loads("input: {channels: 3, size: [8, 8]}\nlayers: [Wringer: 4]")
    assert (
        refused.value.diagnostics[0].help
        == "`Wringer` is written `conv: {kernel: 3, …}` here: three wide"
    )


def test_an_undecided_spec_is_asked_of_every_dialect_that_is_listed(plugins, monkeypatch):
    monkeypatch.setattr("cnncalc.dialects.ASKED", ("keras", "torch", "toy"))
    plugins("dialects", "toy", '''"""Toy."""
from cnncalc.dialects.base.dialect import Dialect

class Toy(Dialect):
    """Toy."""

    title = "Toy"
    recurrent_biases = 3
''')  # fmt: skip
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.loads("input: {channels: 1, size: [4]}\nlayers: [lstm: 1]")
    found = refused.value.diagnostics[0]

    # Four gates of two weights and of one, two or three biases.
    assert (
        found.message
        == "the frameworks differ here: Keras 12 params, PyTorch 16 params, Toy 20 params"
    )
    assert (
        found.help
        == "set `dialect: keras` or `dialect: torch` or `dialect: toy` for the whole spec"
    )


EXPECTING = """\
cnncalc: 1
input: {channels: 3, size: [8, 8]}
layers:
  - conv: {filters: 2, kernel: 3, name: stem}
  - relu
  - add: [stem, prev]
expect: {wires: 5}
budget: {wires: 3}
"""


@pytest.fixture
def wires(monkeypatch):
    """One more number of a network: how many operands its layers have."""

    def operands(node):
        return len(node.inputs)

    metric = Metric(
        lambda network: network.total(operands),
        "wires",
        "operands of all layers",
        per_layer=operands,
    )
    monkeypatch.setitem(METRICS, "wires", metric)


@pytest.mark.usefixtures("wires")
def test_a_number_takes_one_entry(run, tmp_path):
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(EXPECTING, encoding="utf-8")
    new.write_text(EXPECTING.replace("- relu", "- relu\n  - tanh"), encoding="utf-8")

    [model] = json.loads(run("check", old, "--format", "json").out)["models"]
    assert model["wires"] == 4
    assert [
        finding["message"]
        for finding in json.loads(run("check", old, "--format", "json").out)["diagnostics"]
    ] == [
        "old: wires is 4, expected 5 (-1)",
        "old: wires 4 is over the budget 3 (by 1)",
    ]
    assert "most is in add1 2 (50.0 %), stem 1 (25.0 %), relu1 1 (25.0 %)" in run("check", old).out
    run("check", old, "--update")
    assert "expect: {wires: 4}" in old.read_text(encoding="utf-8")

    [compared] = json.loads(run("diff", old, new, "--format", "json").out)["models"]
    assert compared["totals"]["wires"] == {
        "old": 4, "new": 5, "change": 1, "budget": {"old": 3, "new": 3}, "headroom": -2,
    }  # fmt: skip
    assert [layer["wires"] for layer in compared["layers"] if layer["op"] == "tanh"] == [
        {"old": None, "new": 1}
    ]
    [told] = [
        line.split() for line in run("diff", old, new).out.splitlines() if line.startswith("wires")
    ]
    assert " ".join(told) == "wires 4 5 +25.0 % 2 over 3"

    assert "wires" in schema()["definitions"]["expectations"]["properties"]
    assert tabulate(cnncalc.load(str(old)), "toy", ("layer", "wires")).totals == {"wires": 4}
    assert known_metric("wires") == "wires"


def test_what_does_not_add_up_over_layers_has_no_column():
    with pytest.raises(KeyError, match="depth"):
        tabulate(
            cnncalc.loads("input: {features: 3}\nlayers: [dense: 2]"), "toy", ("layer", "depth")
        )
