"""Reading has two steps: a file is compiled, once; then networks are expanded, and nothing is compiled any more."""

from pathlib import Path

import pytest

import cnncalc
from cnncalc.errors import Source
from cnncalc.language import blocks, claims, expressions, grammar, items, names
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.item import Item
from cnncalc.language.values import Value
from tests.language.reading import codes, finding, findings, net

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
LATE = """\
cnncalc: 1
vars: {n: batch_norm, act: relu, one: 1}
defaults: {group_norm: {groups: 2}, leaky_relu: {slope: 0.5, trainable: false, dtype: fp16}}
input: {channels: 4, size: [8, 8]}
blocks:
  Mix: {args: {a: $act}, layers: [conv: {filters: 4, kernel: 1, norm: $n, activation: $a}]}
layers:
  - Mix: {name: one, expect: {channels: "$(3 + one)", size: [8, $(7 + one)]}}
  - Mix: {a: "$('tanh' if i else act)", repeat: 2}
outputs: one
expect: {params: {min: $one}, output: {one: {channels: $(one * 4)}}}
"""


@pytest.fixture
def compile_no_more(monkeypatch):
    """From the call on, whatever compiles is an error."""

    def refuse(*_, **__):
        raise AssertionError("something is compiled while a network is expanded")

    def close():
        for home, name in (
            (items.Items, "item"), (items.Items, "part"), (Value, "check"), (names.Names, "ref"),
            (names.Names, "declare"), (grammar, "fields"), (claims, "fields"), (items, "missing"),
            (blocks, "compile_blocks"), (expressions, "parse"), (expressions.ast, "parse"),
        ):  # fmt: skip
            monkeypatch.setattr(home, name, refuse)
        monkeypatch.setattr("cnncalc.language.values.parse", refuse)

    return close


@pytest.mark.slow
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nothing_is_compiled_while_a_network_is_expanded(path, compile_no_more):
    document = Document(Source(path.name, path.read_text(encoding="utf-8")))
    compile_no_more()

    for model in document.models.values():
        assert build(document, model.name).nodes
        for variant in model.variants:
            assert build(document, model.name, variant=variant).nodes


@pytest.mark.parametrize(("settings", "params"), [
    # 4·4 weights of each of three convs, and 2·4 of each norm; without a norm a bias of 4.
    ({}, 3 * (16 + 8)), ({"n": "none"}, 3 * (16 + 4)), ({"n": "group_norm", "act": "leaky_relu"}, 3 * (16 + 8)),
])  # fmt: skip
def test_what_an_expression_names_was_compiled_before(settings, params, compile_no_more):
    document = Document(Source("late.yaml", LATE))
    compile_no_more()
    network = build(document, settings=settings)

    assert network.params.value == params


def test_a_kind_named_by_an_expression_has_the_keys_of_its_defaults():
    network = cnncalc.loads(LATE, set={"act": "leaky_relu"})
    act = network.nodes[3]

    assert (act.op, act.layer.slope, act.trainable, act.dtype) == ("leaky_relu", 0.5, False, "fp16")


def test_claims_mean_what_the_variables_do():
    network = cnncalc.loads(LATE)

    assert [(claim.keys, claim.node, getattr(claim.wanted, "value", claim.wanted)) for claim in network.claims[1:]] == [
        (("output", "one", "channels"), None, 4), (("channels",), 3, 4), (("size",), 3, (8, 8)),
    ]  # fmt: skip


LAYERS = "conv: {filters: 4, kernel: 3, activation: $act}"


@pytest.mark.parametrize("word", ["$w", "$nope", "$(", "$('relu')"])
def test_a_word_that_is_an_expression_itself_is_no_kind_of_layer(word):
    """It was evaluated, and left out of the network without a word if it could be."""
    text = f"vars: {{act: relu, w: relu}}\ninput: {{channels: 3, size: [8, 8]}}\nlayers: [{LAYERS}, dense: 10]"
    found = finding(text, set={"act": word})

    assert (found.code, found.message) == ("E104", f"`activation` must be a kind of layer, got `{word}`")


def test_a_fault_of_a_named_norm_is_reported_where_it_is_named():
    """Two layers that name the same: it was reported at the first one."""
    conv = "conv: {filters: %d, kernel: 1, norm: $n}"
    text = (
        "vars: {n: group_norm}\ndefaults: {group_norm: {groups: 4}}\ninput: {channels: 3, size: [8, 8]}\n"
        f"layers:\n- {conv % 8}\n- {conv % 6}\n"
    )
    found = finding(text)

    assert (found.span.line, found.span.column) == (6, text.splitlines()[5].index("$n") + 1)


OUTPUTS = "input: {features: 4}\nlayers: [dense: {units: 2, name: a}, dense: {units: $w, name: b}]\noutputs: [a, b]\n"


def test_what_is_claimed_of_an_output_that_cannot_be_known_is_not_at_fault():
    text = f"vars: {{w: x}}\n{OUTPUTS}expect: {{output: {{a: {{features: 2}}, b: {{features: 3}}}}}}"

    assert codes(text) == ["E104"]
    assert cnncalc.loads(text, set={"w": 3}).params.value == 4 * 2 + 2 + 2 * 3 + 3


CLAIM = "dense: {units: 1, expect: {units: 1}}"


@pytest.mark.parametrize(("body", "told"), [
    # Once, with the uses of its block; and not at all where no network comes.
    (f"blocks: {{A: {{layers: [{CLAIM}]}}}}\nlayers: [A, A]", ["in this use of the block, as `A1`", "in this use of the block, as `A2`"]),
    (f"blocks: {{A: {{layers: [{CLAIM}]}}}}\nlayers: [relu]", None),
    (f"layers: [{CLAIM}]", []),
])  # fmt: skip
def test_a_fault_of_a_claim_is_told_where_a_network_comes_to_it(body, told):
    text = f"input: {{features: 4}}\n{body}"
    if told is None:
        assert cnncalc.loads(text).nodes
    else:
        [found] = findings(text)
        assert (found.code, found.message) == ("E103", "unknown key `units` in `expect`")
        assert [label.text for label in found.related] == told


def test_blocks_and_models_are_frozen_too():
    document = Document(Source("late.yaml", LATE))
    for compiled in (*document.blocks.values(), *document.models.values()):
        for name in type(compiled).__mro__[2].__slots__:
            with pytest.raises(AttributeError, match="a compiled (block|model) never changes"):
                setattr(compiled, name, None)


def test_a_kind_that_an_expression_names_is_frozen(monkeypatch):
    seen = []
    add = "cnncalc.language.nodes.Nodes.add"
    from cnncalc.language.nodes import Nodes

    kept = Nodes.add
    monkeypatch.setattr(add, lambda self, name, item, *rest, **more: seen.append(item) or kept(self, name, item, *rest, **more))
    cnncalc.loads(LATE)

    assert {item.op for item in seen} == {"conv", "batch_norm", "relu", "tanh"}
    for item in seen:
        with pytest.raises(AttributeError, match="a compiled item never changes"):
            item.rank = 2
        assert isinstance(item, Item)


REUSED = (
    "conv: {filters: 3, kernel: 1, norm: batch_norm, activation: relu, name: c}",
    "conv: {filters: 3, kernel: 1, activation: tanh}",
    "B: {name: b, repeat: 2}",
    "reuse: {layer: b, from: c, name: again}",
    "reuse: {layer: c.act, from: prev}",
)
BLOCKS = "blocks: {B: {layers: [conv: {filters: 3, kernel: 1, activation: relu}, relu: {name: r}]}}\n"


def test_nodes_know_their_hosts_and_whether_somebody_named_them():
    network = net(*REUSED, head=BLOCKS)
    told = [(node.name, node.given, node.host) for node in network.nodes[1:]]

    assert told == [
        ("c", True, None), ("c.norm", False, 1), ("c.act", False, 1), ("conv1", False, None), ("conv1.act", False, 4),
        ("b.0.conv1", False, None), ("b.0.conv1.act", False, 6), ("b.0.r", True, None),
        ("b.1.conv1", False, None), ("b.1.conv1.act", False, 9), ("b.1.r", True, None),
        ("again.0.conv1", False, None), ("again.0.conv1.act", False, 12), ("again.0.r", True, None),
        ("again.1.conv1", False, None), ("again.1.conv1.act", False, 15), ("again.1.r", True, None),
        ("reuse1", False, None),
    ]  # fmt: skip
    frames = {frame.name: frame.given for node in network.nodes if node.frame for frame in node.frame.path()}
    assert frames == {
        "c": True, "conv1": False, "b": True, "b.0": False, "b.0.conv1": False, "b.1": False, "b.1.conv1": False,
        "again": True, "again.0": False, "again.0.conv1": False, "again.1": False, "again.1.conv1": False,
    }  # fmt: skip
