"""Networks that follow from the decisions of another build are those that are built."""

import pytest

import cnncalc
from cnncalc.errors import Source, SpecError
from cnncalc.language.document import Document
from cnncalc.sweeping import again
from cnncalc.sweeping.again import Again

HEAD = """
vars: {w: 1.0, deep: 2, cut: 1, act: relu, learns: 1, groups: 1}
input: {channels: 8, size: [16, 16]}
"""
BLOCK = """
blocks:
  Body:
    args: {c: required, n: $(c * 2)}
    layers:
      - conv: {filters: $n, kernel: 3, padding: half, norm: batch_norm, activation: $act, groups: $groups}
      - conv: {filters: $c, kernel: 1, trainable: $(learns > 0)}
      - add: {from: [prev, input], when: $(cut and cin == c)}
layers:
  - Body: {c: $(make_divisible(8 * w)), repeat: $deep, name: body}
  - conv: {filters: $(cin + i), kernel: 1, repeat: 2}
  - global_avg_pool
  - dense: 10
"""
USUAL = HEAD + BLOCK
ONCE_MORE = USUAL.replace("- global_avg_pool", "- reuse: {layer: body, from: body}\n  - global_avg_pool").replace("Body: {c: $(make_divisible(8 * w))", "Body: {c: 8")
SPLIT = HEAD + """
layers:
  - split: {parts: $(2 if w < 2 else 4), name: parts}
  - concat: [parts.0, parts.1]
  - conv: {filters: $(8 * w), kernel: 1}
"""
WRAPPED = "dialect: torch" + HEAD + """
layers:
  - spectral_norm: {conv: {filters: $(int(8 * w)), kernel: 1}}
  - conv: {filters: 8, kernel: 1}
"""
EXPECTED = HEAD + """
layers:
  - conv: {filters: $(int(8 * w)), kernel: 1, expect: {channels: $(8 // cut)}}
"""


def facts(network):
    return [(node.name, node.op, node.layer, node.inputs, node.index, node.host, node.shared_with, node.trainable, node.dtype,
             node.output, node.facts.weights, node.facts.buffers, node.facts.macs, node.facts.windows) for node in network.nodes]  # fmt: skip


def documents(text):
    return Document(Source("net.yaml", text))


SETTINGS = [{"w": 1.0}, {"w": 2.0}, {"w": 1.5}, {"w": 3}, {"deep": 3, "w": 2}, {"deep": 3, "w": 4}, {"deep": 0}, {"cut": 0, "w": 1},
            {"act": "gelu"}, {"act": "relu", "w": 4}, {"learns": 0}, {"learns": 2, "w": 2}, {"groups": 2}, {"groups": 3}, {"w": 0},
            {"act": "none"}, {"w": 2.5, "groups": 4}, {"w": True}, {"w": 1}]  # fmt: skip


@pytest.mark.parametrize("text", [USUAL, ONCE_MORE, SPLIT, WRAPPED, EXPECTED])
def test_what_follows_from_another_build_is_what_is_built(text):
    found = Again(documents(text), None, None)
    fine = 0
    for setting in SETTINGS * 2:
        try:
            expected = cnncalc.loads(text, set=setting)
        except SpecError as error:
            with pytest.raises(SpecError) as raised:
                found.network(setting, None)
            assert [(d.code, d.message) for d in raised.value.diagnostics] == [(d.code, d.message) for d in error.diagnostics]
        else:
            network = found.network(setting, None)
            assert facts(network) == facts(expected)
            assert (network.outputs, network.way, network.variables) == (expected.outputs, expected.way, expected.variables)
            fine += 1
    assert fine > len(SETTINGS)


def count(monkeypatch, text, settings):
    """How often a model is expanded."""
    built = []
    build = again.build
    monkeypatch.setattr(again, "build", lambda *given, **named: built.append(named["settings"]) or build(*given, **named))
    found = Again(documents(text), None, None)
    for setting in settings:
        found.network(setting, None)
    return len(built)


def test_another_width_is_not_expanded_again(monkeypatch):
    # Below 1.5 there are 8 channels, as in the input, and a shortcut; the second block always has one.
    assert count(monkeypatch, USUAL, [{"w": w} for w in (1, 1.1, 2, 3, 4, 5, 1.2)]) == 2
    assert count(monkeypatch, SPLIT, [{"w": w} for w in (1, 1.25, 1.5)]) == 3


def test_what_is_never_alike_is_not_tried_for_long(monkeypatch):
    tried = []
    rebuild = again.rebuild
    monkeypatch.setattr(again, "rebuild", lambda *given: tried.append(given) or rebuild(*given))
    assert count(monkeypatch, USUAL, [{"deep": n} for n in range(20)]) == 20
    assert len(tried) < 40


def test_settings_that_are_lists_are_built(monkeypatch):
    text = "vars: {f: [3, 4]}\ninput: {channels: 3, size: [8, 8]}\nlayers: [conv: {filters: '$(f[0])', kernel: 3}]\n"
    assert count(monkeypatch, text, [{"f": [n]} for n in (1, 2)]) == 2
