"""A compiled file never changes: networks built from it know nothing of each other."""

from itertools import permutations

import pytest

import cnncalc
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.item import Item

# 4·8·(4 + 8 + 1) = 416 weights in Keras; PyTorch has two biases for each gate, 4·8 more.
LSTM = "{layers: [lstm: {units: 8, return: sequence}]}"
# 4·8 + 8 = 40 weights, and slopes: one in PyTorch; in Keras one for each of the 8·5 elements.
DENSE = "{args: {act: required}, layers: [conv: {filters: 8, kernel: 1, activation: $act}]}"
ALL = "{layers: [Rnn: {name: r}, Mix: {act: prelu, repeat: 2, name: m}, Rnn]}"
HEAD = f"cnncalc: 1\nblocks: {{Rnn: {LSTM}, Mix: {DENSE}, All: {ALL}}}\nmodels:\n"
MODELS = "".join(
    f"  {name}: {{{dialect}input: {{channels: 4, size: [5]}}, layers: [{block}]}}\n"
    for name, dialect, block in (
        ("keras", "dialect: keras, ", "Rnn"),
        ("torch", "dialect: torch, ", "Rnn"),
        ("mix_torch", "dialect: torch, ", "Mix: prelu"),
        ("mix_keras", "dialect: keras, ", "Mix: prelu"),
        ("all_keras", "dialect: keras, ", "All"),
        ("all_torch", "dialect: torch, ", "All"),
    )
)
PARAMS = {
    "keras": 416, "torch": 448, "mix_torch": 40 + 1, "mix_keras": 40 + 40,
    "all_keras": 416 + (72 + 40) * 2 + 544, "all_torch": 448 + (72 + 1) * 2 + 576,
}  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(("keras", "torch", "mix_keras", "mix_torch"))), ids="-".join)
def test_a_block_is_counted_in_the_dialect_of_each_model(order):
    document = Document(Source("two.yaml", HEAD + MODELS))

    assert {name: build(document, name).params.value for name in order} == {name: PARAMS[name] for name in order}


@pytest.mark.parametrize("order", [tuple(PARAMS), tuple(reversed(PARAMS))], ids=["forth", "back"])
def test_models_of_one_file_are_what_they_are_alone(order):
    document = Document(Source("two.yaml", HEAD + MODELS))
    for name in order:
        alone = cnncalc.loads(HEAD + MODELS, model=name)
        found = build(document, name)

        assert found.params.value == alone.params.value == PARAMS[name]
        assert [(n.name, n.layer, n.facts.weights) for n in found.nodes] == [
            (n.name, n.layer, n.facts.weights) for n in alone.nodes
        ]


def items_of(document):
    """Every compiled item of a file, those inside others too."""
    todo = [item for body in (*document.blocks.values(), *document.models.values()) for item in body.items]
    found = []
    while todo:
        item = todo.pop()
        found.append(item)
        todo += [part for part in (*item.values.values(), *item.parts.values()) if isinstance(part, Item)]
    return found


WHOLE = """
vars: {n: 2, act: prelu}
defaults: {conv: {norm: batch_norm, activation: relu}}
blocks:
  Inner: {args: {f: required}, layers: [conv: {filters: $f, kernel: 1, activation: $act}]}
  Outer: {layers: [Inner: {f: $(cin * 2), name: a}, Inner: {f: 3, repeat: $n, when: $(n > 1)}]}
dialect: keras
input: {channels: 3, size: [8, 8]}
layers:
  - Outer: {name: o}
  - spectral_norm: {conv: {filters: 4, kernel: 3}}
  - conv: {filters: 4, kernel: 3, padding: same, repeat: 3, dtype: fp16}
  - reuse: {layer: o, from: input}
"""


def test_no_build_writes_to_a_compiled_item():
    document = Document(Source("whole.yaml", WHOLE))
    items = items_of(document)
    slots = [{name: getattr(item, name) for name in Item.__slots__} for item in items]
    kept = [{name: dict(value) if isinstance(value, dict) else value for name, value in s.items()} for s in slots]
    for n in (1, 2, 3):
        build(document, settings={"n": n})

    assert len(items) == 2 + 2 + 9  # of Inner, of Outer, of the model: norms, activations and the layer inside too
    assert [{name: getattr(item, name) for name in Item.__slots__} for item in items] == kept


def test_a_compiled_item_cannot_be_written_to():
    for item in items_of(Document(Source("whole.yaml", WHOLE))):
        for name in Item.__slots__:
            with pytest.raises(AttributeError, match="a compiled item never changes"):
                setattr(item, name, None)
        with pytest.raises(AttributeError):
            item.other = None
