"""Any text whatsoever ends in a network that every analysis can describe, or in a SpecError.

`FUZZ=20000` in the environment asks for that many examples of each kind in place of a few.
"""

import contextlib
import json
import os
import re
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import registry
from cnncalc.check.claims import budget, expect
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.grammar import BLOCK, COMMON, FILE, HOST
from cnncalc.language.kinds import layer_class
from cnncalc.language.write import write
from cnncalc.layers.base import key_types
from cnncalc.layers.base.nested import LayerKind
from cnncalc.layers.base.shape_key import ShapeKind

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("FUZZ", "15"))
SECONDS = 8 if "coverage" in sys.modules else 2
"""Being watched line by line takes its time."""
MOST_TEXT = 2_000_000

KINDS = registry.names("layers")
FINDINGS = tuple(f for f in registry.names("formats") if hasattr(registry.load("formats", f), "report"))
TABLES = tuple(f for f in registry.names("formats") if hasattr(registry.load("formats", f), "render"))
SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))

SMALL = (
    """cnncalc: 1
dialect: torch
vars: {w: 1.0, classes: 10}
input: {channels: 3, size: [32, 32]}
defaults: {conv: {kernel: 3, padding: half, norm: batch_norm, activation: relu}}
blocks:
  Res:
    args: {c: required, s: 1}
    layers:
      - conv: {filters: $c, stride: "$(s if i == 0 else 1)"}
      - conv: {filters: $c, activation: none, name: main}
      - conv: {name: short, from: input, when: $(cin != c or i == 0), filters: $c, kernel: 1, stride: "$(s if i == 0 else 1)"}
      - add: [main, short]
layers:
  - conv: {filters: "$(make_divisible(16*w, 8))", name: stem}
  - Res: {name: one, c: 16, repeat: 2}
  - Res: {name: two, c: 32, s: 2, repeat: 2}
  - reuse: {name: again, layer: two.1.main, from: two.0.main}
  - global_avg_pool: {from: two}
  - dense: $classes
outputs: [prev, again]
expect: {params: 1k, output: {prev: {features: 10}}}
budget: {macs: {max: 1G}}
sweep: {w: [0.5, 1.0]}
variants: [{set: {w: 2}, expect: {params: 4k}}]
""",
    """inputs:
  a: {channels: 2, size: [12]}
  b: {tokens: 12}
blocks:
  Two: {inputs: [x, y], layers: [{multiply: [x, y]}, {crop: {amount: [[1, 0]]}}]}
layers:
  - embedding: {from: b, vocab: 50, dim: 2, name: words}
  - Two: {from: [a, words]}
  - conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 1}
  - lstm: {units: 5, return: sequence, bias: false}
  - permute: [l, c]
  - flatten
  - opaque: {output: {features: 7}, params: 3}
""",
    """models:
  gen: {input: {channels: 8, size: [1, 1, 1]}, layers: [{conv_transpose: {filters: 2, kernel: [2, 3, 4]}}, {upsample: 2}]}
dialect: keras
defaults: {relu: {trainable: false}}
x-free: &shared {kernel: 3}
""",
)  # fmt: skip

WORDS = [
    "\n", "\n  ", "\n  - ", "\n      ", "- ", ": ", ", ", "{", "}", "[", "]", " ", "#", "&a ", "*a", "!t ", "|", ">", "? ", "<<: ",
    "'", '"', "$", "$(", ")", "${w}", "(", "+", "*", "//", "%", "==", " if ", " else ", " not ", ".", "---\n", "...", "~", "\t",
    "0", "1", "2", "-1", "3.5", "1e3", ".inf", ".nan", "9007199254740993", "0x1F", "true", "false", "null", "none", "prev", "input",
    "i", "cin", "w", "a", "b", "Res", "layers: ", "input: {channels: 3, size: [8, 8]}\n", "layers:\n  - ", "same", "valid", "half",
    "keras", "torch", "channels", "size", "features", "\ufeff", "\x85", "\u2028", "\x00", "é", "𝒳", *KINDS, *FILE, *COMMON, *HOST, *BLOCK,
]  # fmt: skip


def survive(text, **options):
    """Loads `text` and shows everything there is to show; its variants too."""
    began = time.process_time()
    with contextlib.suppress(cnncalc.SpecError):
        cnncalc.loads(text, **options)
    assert time.process_time() - began < SECONDS
    try:
        net = cnncalc.loads(text, **options)
        varied(text)
    except cnncalc.SpecError as error:
        assert error.diagnostics
        reported(error.diagnostics)
        if error.network is not None:
            described(error.network)
    else:
        described(net)
        written(net)
        reported([*expect.judge(net), *budget.judge(net)])


def varied(text):
    """Builds the variants of every model."""
    document = Document(Source("net.yaml", text))
    for name, model in document.models.items():
        for variant in model.variants:
            build(document, name, variant=variant)


def reported(diagnostics):
    """Every finding in every format, as text that can be written to a file."""
    for name in FINDINGS:
        text = registry.load("formats", name).report(diagnostics)
        assert len(text.encode()) < MOST_TEXT
    json.dumps([finding.to_dict() for finding in diagnostics], allow_nan=False)


def described(net):
    """Every analysis in every format."""
    for analysis in registry.names("analyzers"):
        table = cnncalc.analyze(net, analysis)
        json.dumps(table.to_dict(), allow_nan=False)
        for name in TABLES:
            registry.load("formats", name).render(table.fold())
            registry.load("formats", name).render(table.fold(1)).encode()
    repr(net)


def written(net):
    """Written out as a spec, it is the same network, if there is a layer at all."""
    if all(node.layer is None for node in net.nodes):
        return
    again = cnncalc.loads(write(net))
    assert [told(node) for node in again.nodes] == [told(node) for node in net.nodes]
    assert list(again.outputs.values()) == list(net.outputs.values())
    assert write(again) == write(net)


def told(node):
    """What a node is."""
    facts = node.facts
    return (node.name, node.op, node.inputs, facts.output, facts.windows, facts.params, facts.buffer_count, facts.macs,
            facts.flops, node.trainable, node.dtype, node.shared_with)  # fmt: skip


def several(function):
    """Runs a test on EXAMPLES examples."""
    return settings(max_examples=EXAMPLES, derandomize="FUZZ" not in os.environ)(function)


# Texts --------------------------------------------------------------------------------------


@several
@given(st.text(max_size=200))
def test_any_text_loads_or_is_a_spec_error(text):
    survive(text)


@several
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_as_a_word_of_a_spec_loads_or_is_a_spec_error(word):
    quoted = json.dumps(word)
    survive(f"input: {{features: 3}}\nlayers:\n  - relu: {{name: {quoted}}}\n  - {quoted}: {quoted}\nname: {quoted}\n")
    survive(f"vars: {{w: {quoted}, {quoted}: 1}}\ninput: {{features: 3}}\nlayers: [dense: {quoted}, dense: $w]\n")


@several
@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_words_of_the_language_in_any_order_load_or_are_a_spec_error(text):
    survive(text)
    survive(f"input: {{channels: 3, size: [8, 8]}}\nlayers:\n  - {text}")


VALUES = ("0", "1", "2", "3", "7", "64", "-1", "0.5", "9007199254740992", "[1, 2]", "[[1, 0], [0, 1]]", "same", "none", "$(cin)", "$(i)", "true", "null")
PIECES = re.compile(r"\s+|\w+|.", re.DOTALL)


@st.composite
def damaged(draw):
    """A real spec in which lines or words are lost, doubled, swapped or replaced."""
    texts = [*SMALL, *(path.read_text(encoding="utf-8") for path in SPECS)]
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 5))):
        parts = text.splitlines(keepends=True) if draw(st.booleans()) else PIECES.findall(text)
        if not parts:
            break
        at, other = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        match draw(st.sampled_from(("delete", "double", "swap", "insert", "replace", "cut", *["change"] * 6))):
            case "change":
                # Words for words and numbers for numbers: what comes out is still YAML.
                found = [n for n, part in enumerate(parts) if part.isalnum()] or [0]
                at, other = (found[n % len(found)] for n in (at, other))
                parts[at] = draw(st.sampled_from(VALUES)) if parts[at].isdigit() else parts[other]
            case "delete":
                del parts[at : at + draw(st.integers(1, 3))]
            case "double":
                parts.insert(at, parts[other])
            case "swap":
                parts[at], parts[other] = parts[other], parts[at]
            case "insert":
                parts.insert(at, draw(st.sampled_from(WORDS)))
            case "replace":
                parts[at] = draw(st.sampled_from(WORDS))
            case "cut":
                parts = parts[:at]
        text = "".join(parts)
    return text


@several
@given(damaged())
def test_a_damaged_spec_loads_or_is_a_spec_error(text):
    survive(text)


# Trees --------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(-3, 20), st.sampled_from((0, 1, 2**31, 2**53, 2**53 + 1, 10**400, -(10**400))), st.floats(width=32))
EXPRESSIONS = st.sampled_from(
    ("$w", "$(w)", "$(w*2)", "$(w/2)", "$(w/0)", "$(1/0)", "$(cin)", "$(i)", "$(1 if w > 2 else 3)", "$(min(w, 4))", "$(-w)",
     "$(w == 4)", "$nope", "$(", "$(not w)", "$(0.5)", "$(make_divisible(w*3))", "$('a')"))  # fmt: skip
SCALARS = st.one_of(
    NUMBERS, st.none(), st.booleans(), EXPRESSIONS, st.text(max_size=5), st.sampled_from([w for w in WORDS if w.isidentifier()]))
NAMES = st.one_of(st.sampled_from([*KINDS, *FILE, *COMMON, *HOST, *BLOCK, "filters", "kernel", "Res"]), st.text(max_size=4))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=25)


@several
@given(TREES, st.sampled_from(sorted(FILE)), st.booleans())
def test_any_tree_loads_or_is_a_spec_error(tree, key, as_json):
    whole = {"vars": {"w": 4}, "input": {"channels": 3, "size": [8, 8]}, "layers": ["relu"]}
    if not isinstance(whole.get(key), dict) or not isinstance(tree, dict):
        whole[key] = tree
    else:
        whole[key] = {**whole[key], **tree}
    for root in (tree, whole):
        survive(json.dumps(root) if as_json else yaml.safe_dump(root, allow_unicode=True))


# Layers -------------------------------------------------------------------------------------

SMALL_COUNTS = st.integers(1, 9)
ANYTHING = st.one_of(SCALARS, st.lists(SCALARS, max_size=4), TREES)


def plausible(kind):
    """Values that a kind of value may well accept."""
    if isinstance(kind, key_types.Integer):
        return st.one_of(SMALL_COUNTS, st.integers(kind.minimum, 3))
    if isinstance(kind, key_types.Number):
        return st.one_of(SMALL_COUNTS, st.floats(0, 4, width=16))
    if isinstance(kind, key_types.Flag):
        return st.booleans()
    if isinstance(kind, (key_types.Axes, key_types.Listing)):
        single = plausible(kind.each)
        return st.one_of(single, st.lists(single, min_size=1, max_size=3))
    if isinstance(kind, key_types.Padding):
        side = st.one_of(st.sampled_from(kind.words), st.integers(0, 4))
        pair = st.lists(st.integers(0, 4), min_size=2, max_size=2)
        return st.one_of(side, st.lists(side, min_size=1, max_size=3), st.lists(pair, min_size=1, max_size=3))
    if isinstance(kind, LayerKind):
        return ITEMS
    if isinstance(kind, ShapeKind):
        return SHAPES
    words = st.sampled_from(kind.words) if kind.words else st.nothing()
    return st.one_of(
        words, SMALL_COUNTS, st.lists(st.one_of(words, st.integers(-3, 6)), max_size=3),
        st.lists(st.lists(st.integers(-2, 5), min_size=2, max_size=2), max_size=3),
        st.dictionaries(st.sampled_from(("channels", "size", "features", "tokens")), st.one_of(SMALL_COUNTS, st.lists(st.integers(-1, 4), max_size=3)), max_size=2),
    )


AXES = st.lists(st.integers(1, 24), min_size=1, max_size=3)
SHAPES = st.one_of(
    st.fixed_dictionaries({"channels": st.integers(1, 24), "size": AXES}),
    st.fixed_dictionaries({"features": st.integers(1, 60)}),
    st.fixed_dictionaries({"tokens": st.integers(1, 20)}),
)  # fmt: skip
REFERENCES = st.sampled_from((*("prev", "input", "first") * 3, "second", "first.norm", "second.0"))


@st.composite
def an_item(draw):
    """A layer with its own keys, most of the values plausible."""
    name = draw(st.sampled_from(KINDS))
    layer = layer_class(name)
    given_keys = {}
    for key in {**layer.keys, **(HOST if layer.hosts else {})}.values():
        needed = key.default is key_types.REQUIRED
        if not draw(st.sampled_from((True,) * 12 + (False,)) if needed else st.integers(0, 3).map(lambda n: n == 0)):
            continue
        if key.name in layer.references:
            given_keys[key.name] = draw(REFERENCES)
        elif key.name in HOST:
            given_keys[key.name] = draw(st.sampled_from(("relu", "prelu", "batch_norm", "none", "instance_norm", "softmax", "rms_norm")))
        else:
            wild = draw(st.integers(0, 11)) == 0
            given_keys[key.name] = draw(ANYTHING if wild else plausible(key.kind))
    if layer.operands[0] > 1:
        given_keys["from"] = draw(st.lists(REFERENCES, min_size=2, max_size=3))
    return {name: given_keys}


ITEMS = st.deferred(an_item)
COMMONS = st.fixed_dictionaries({}, optional={
    "repeat": st.one_of(*[st.integers(0, 3)] * 4, EXPRESSIONS), "when": st.one_of(*[st.booleans()] * 4, EXPRESSIONS),
    "trainable": st.booleans(), "expect": st.fixed_dictionaries({}, optional={"channels": SMALL_COUNTS, "size": AXES, "features": SMALL_COUNTS})})


@several
@given(SHAPES, st.sampled_from((None, "torch", "keras")), st.lists(st.tuples(ITEMS, COMMONS), min_size=1, max_size=4))
def test_any_layers_load_or_are_a_spec_error(shape, dialect, items):
    layers = []
    for name, (item, common) in zip(("first", "second", "third", "fourth"), items, strict=False):
        ((kind, values),) = item.items()
        layers.append({kind: {**values, **common, "name": name}})
    spec = {"vars": {"w": 4}, "input": shape, "layers": layers, **({"dialect": dialect} if dialect else {})}
    survive(json.dumps(spec))


@several
@given(SHAPES, st.sampled_from(("torch", "keras")), ITEMS)
def test_one_layer_loads_or_is_a_spec_error(shape, dialect, item):
    first = {"identity": {"name": "first"}}
    survive(json.dumps({"dialect": dialect, "input": shape, "vars": {"w": 4}, "layers": [first, item]}))
    survive(json.dumps({"dialect": dialect, "input": shape, "vars": {"w": 4}, "blocks": {"A": {"layers": [first, item]}},
                        "layers": [{"A": {"name": "a", "repeat": 2}}, {"reuse": {"layer": "a", "from": "input"}}]}))


@several
@given(TREES, ITEMS, COMMONS, st.booleans())
def test_a_variable_may_hold_anything(tree, item, common, setting):
    ((kind, values),) = item.items()
    layers = [{kind: {**{key: "$w" if key != "from" else value for key, value in values.items()}, **common}}, {"A": {"a": "$w"}}]
    for key in ("when", "repeat", "trainable", "dtype"):
        layers.append({"identity": {key: "$w"}})
    for key in ("norm", "activation", "filters", "padding"):
        layers.append({"conv": {"filters": 2, "kernel": 1, "from": "input", key: "$w"}})
    spec = {"vars": {"w": 4 if setting else tree}, "input": {"channels": 3, "size": [8, 8]}, "layers": layers, "sweep": {"w": [tree]},
            "blocks": {"A": {"args": {"a": "$w", "b": "$a"}, "layers": [{"conv": {"filters": "$b", "kernel": 1, "norm": "$a"}}, {"identity": {"when": "$b"}}]}},
            "expect": {"params": "$w", "output": {"channels": "$w", "size": "$w"}}, "variants": [{"set": {"w": tree}, "expect": {"macs": {"min": "$w"}}}]}
    survive(json.dumps(spec), **({"set": {"w": tree}} if setting else {}))


OPERATORS = ("+", "-", "*", "/", "//", "%", "<", "==", "and", "or")
FORMULAS = st.recursive(
    st.sampled_from(("w", "2", "3.5", "1e300", "0", "True", "'a'", "-1", "9007199254740992", "x")),
    lambda e: st.one_of(
        st.tuples(e, st.sampled_from(OPERATORS), e).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(e, e, e).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(st.sampled_from(("min", "max", "abs", "int", "round", "floor", "ceil", "make_divisible", "not", "-", "pow")),
                  st.lists(e, min_size=1, max_size=3)).map(lambda t: f"{t[0]}({', '.join(t[1])})")),
    max_leaves=8)  # fmt: skip


@several
@given(FORMULAS)
def test_any_formula_has_a_value_or_is_a_spec_error(formula):
    quoted = json.dumps(f"$({formula})")
    survive(f"vars: {{w: 4, v: {quoted}}}\ninput: {{features: 3}}\nlayers: [dense: {quoted}, relu: {{when: {quoted}}}]\n")
