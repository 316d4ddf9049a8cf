"""What is found to be changed of a net, and what is not."""

import pytest

from cnncalc.diff import align
from cnncalc.diff.layers import sum_changes

from .nets import affected, compared, net, told

CHAIN = """
  - conv: 8
  - relu
  - max_pool: 2
  - conv: 16
  - relu
  - conv: 16
  - relu
  - flatten
  - dense: 10
"""


@pytest.mark.parametrize(("old", "new", "changes"), [
    ("- conv: 8", "- conv: 8", []),
    ("- conv: 8", "- conv: 12", ["changed conv1: filters 8 → 12"]),
    ("- conv: {filters: 8, kernel: 3}", "- conv: {filters: 8, kernel: 5}", ["changed conv1: kernel 3 → 5"]),
    ("- conv: {filters: 8, kernel: 3}", "- conv: {filters: 8, kernel: [3, 5], bias: false}",
     ["changed conv1: kernel 3 → [3, 5], bias true → false"]),
    ("- conv: 8", "- depthwise_conv: 8", ["removed conv1: conv", "added depthwise_conv1: depthwise_conv"]),
    ("- conv: {name: a, filters: 8}", "- depthwise_conv: {name: a, kernel: 3, padding: same}", ["changed a: type conv → depthwise_conv"]),
    ("- conv: {filters: 8}", "- conv: {filters: 8, norm: batch_norm}", ["changed conv1: norm none → batch_norm"]),
    ("- conv: {filters: 8, norm: batch_norm}", "- conv: {filters: 8, norm: {group_norm: 4}}",
     ["changed conv1: norm batch_norm → {group_norm: {groups: 4}}"]),
    ("- conv: {filters: 8, activation: relu}", "- conv: {filters: 8, activation: silu}",
     ["changed conv1: activation relu → silu"]),
    ("- conv: 8", "- conv: {filters: 8, trainable: false}", ["changed conv1: trainable none → false"]),
    ("- conv: {name: a, filters: 8}", "- conv: {name: b, filters: 8}", ["renamed a → b: renamed"]),
    ("- conv: {name: a, filters: 8}", "- conv: {name: b, filters: 9}",
     ["renamed a → b: renamed", "changed b: filters 8 → 9"]),
    ("- conv: 8", "- conv: {name: stem, filters: 8}", ["renamed conv1 → stem: renamed"]),
    # Said in other words.
    ("- conv: {filters: 8, padding: same}", "- conv: {filters: 8, padding: 1}", []),
    ("- max_pool: 2", "- max_pool: {size: [2, 2], stride: 2}", []),
    ("- conv: 8\n- relu", "- conv: {filters: 8, activation: relu}",
     ["changed conv1: activation none → relu", "removed relu1: relu"]),
    # Repetitions.
    ("- conv: {filters: 8, repeat: 2}", "- conv: {filters: 8, repeat: 5}", ["changed conv1: repeat 2 → 5"]),
    ("- conv: {filters: 8, repeat: 5}", "- conv: {filters: 8, repeat: 2}", ["changed conv1: repeat 5 → 2"]),
    ("- conv: {filters: 3}", "- conv: {filters: 3, repeat: 3}", ["changed conv1: repeat 1 → 3"]),
    ("- conv: {filters: 3, repeat: 3}", "- conv: {filters: 3}", ["changed conv1: repeat 3 → 1"]),
    ("- conv: {filters: 8, repeat: 3}", "- conv: {filters: 8, kernel: 5, repeat: 3}",
     ["changed conv1.* ×3: kernel 3 → 5"]),
    # Wiring.
    ("- conv: {name: a, filters: 3}\n- conv: {name: b, filters: 3}\n- add: [a, b]",
     "- conv: {name: a, filters: 3}\n- conv: {name: b, filters: 3}\n- add: [input, b]",
     ["changed add1: reads a, b → input, b"]),
    ("- conv: {name: a, filters: 3}\n- conv: {name: b, filters: 3, from: input}\n- add: [a, b]",
     "- conv: {name: a, filters: 3}\n- conv: {name: b, filters: 3}\n- add: [a, b]",
     ["changed b: reads input → a"]),
])  # fmt: skip
def test_the_changes_of_a_net(old, new, changes):
    assert told(_indented(old), _indented(new)) == changes


def _indented(text):
    return "\n".join(f"  {line}" for line in text.split("\n")) + "\n"


@pytest.mark.parametrize("place", range(10))
def test_one_layer_more_is_one_line_wherever_it_stands(place):
    items = CHAIN.strip("\n").split("\n")
    new = [*items[:place], "  - batch_norm", *items[place:]]

    assert told(CHAIN, "\n".join(new)) == ["added batch_norm1: batch_norm"]
    assert told("\n".join(new), CHAIN) == ["removed batch_norm1: batch_norm"]


@pytest.mark.parametrize("place", [0, 2, 3, 5, 7])
def test_one_conv_more_changes_no_other_though_all_are_called_otherwise(place):
    items = CHAIN.strip("\n").split("\n")
    new = "\n".join([*items[:place], "  - conv: {filters: 8, kernel: 7}", *items[place:]])
    (change,) = told(CHAIN, new)

    assert change.startswith("added conv")
    assert change.endswith(": conv")


def test_layers_behind_an_insertion_are_the_same_but_for_what_follows():
    new = CHAIN.replace("  - relu\n", "  - conv: {filters: 12, kernel: 1}\n  - relu\n", 1)

    # The second conv reads twelve channels now, in place of eight.
    assert told(CHAIN, new) == ["added conv2: conv"]
    assert affected(CHAIN, new)[:3] == ["relu1", "max_pool1", "conv3"]


def test_a_width_changes_one_layer_and_affects_those_behind_it():
    new = CHAIN.replace("conv: 8", "conv: 10")
    found = compared(CHAIN, new)

    assert told(CHAIN, new) == ["changed conv1: filters 8 → 10"]
    assert affected(CHAIN, new) == ["relu1", "max_pool1", "conv2"]
    assert found.same == 1 + 5  # the input, and all from the second relu on


def test_the_differences_add_up_to_that_of_the_totals():
    old, new = net(CHAIN), net(CHAIN.replace("conv: 8", "conv: 10").replace("  - relu\n", "", 1))
    found = compared(CHAIN, CHAIN.replace("conv: 8", "conv: 10").replace("  - relu\n", "", 1))

    assert sum_changes(found.changes, "params") == new.params.value - old.params.value
    assert sum_changes(found.changes, "macs") == new.macs.value - old.macs.value
    assert sum_changes(found.changes, "flops") == new.flops.value - old.flops.value


BLOCKS = """
blocks:
  Res:
    args: {n: required, k: 3}
    layers:
      - conv: {filters: $n, kernel: $k, activation: relu}
      - conv: {filters: $n, kernel: 3, name: main}
      - conv: {filters: $n, kernel: 1, from: input, name: short, when: $(cin != n)}
      - add: [main, short]
  Head:
    layers:
      - global_avg_pool
      - dense: 10
layers:
  - conv: {filters: 16, name: stem}
  - Res: {n: 16, repeat: 3, name: stage1}
  - max_pool: 2
  - Res: {n: 32, repeat: 4, name: stage2}
  - Head: {name: head}
"""


def test_a_change_in_a_block_is_one_line_for_all_its_uses():
    new = BLOCKS.replace("kernel: 3, name: main", "kernel: 5, name: main")

    assert told(BLOCKS, new) == ["changed stage1.*.main ×3: kernel 3 → 5", "changed stage2.*.main ×4: kernel 3 → 5"]


def test_fewer_repetitions_are_one_line():
    assert told(BLOCKS, BLOCKS.replace("repeat: 4", "repeat: 2")) == ["changed stage2: repeat 4 → 2"]


def test_a_block_put_in_is_one_line_and_the_next_keeps_its_layers():
    new = BLOCKS.replace("  - Head", "  - max_pool: 2\n  - Res: {n: 64, repeat: 2, name: stage3}\n  - Head")

    assert told(BLOCKS, new) == ["added max_pool2: max_pool", "added stage3: Res (7 layers)"]


def test_a_block_that_is_called_otherwise_is_one_line():
    assert told(BLOCKS, BLOCKS.replace("stage2", "deep")) == ["renamed stage2 → deep: renamed"]


def test_a_block_of_another_name_with_the_same_layers_is_no_change():
    assert told(BLOCKS, BLOCKS.replace("Res", "Residual")) == []


SAME_WIDTH = BLOCKS.replace("n: 16", "n: 24").replace("filters: 16", "filters: 24").replace("n: 32", "n: 24")


def test_a_layer_that_stands_behind_others_is_moved_and_the_others_are_as_they_were():
    new = SAME_WIDTH.replace("  - max_pool: 2\n", "").replace("  - Head", "  - max_pool: 2\n  - Head")

    assert told(SAME_WIDTH, new) == ["moved max_pool1: moved: reads stage1.2.add1 → stage2.3.add1"]


def test_a_block_that_stands_behind_others_is_one_line():
    one = "  - Res: {n: 24, repeat: 3, name: stage1}\n"
    new = SAME_WIDTH.replace(one, "").replace("  - Head", f"{one}  - Head")

    assert told(SAME_WIDTH, new) == ["moved stage1: moved: reads stem → stage2.3.add1"]


def test_two_layers_that_have_changed_places_are_one_that_moved():
    new = CHAIN.replace("  - relu\n  - max_pool: 2\n", "  - max_pool: 2\n  - relu\n")

    assert told(CHAIN, new) == ["moved relu1: moved: reads conv1 → max_pool1"]


def test_branches_that_are_only_written_in_another_order_are_the_same():
    a = "  - conv: {name: a, filters: 4, from: input}\n"
    b = "  - conv: {name: b, filters: 8, from: input}\n"

    assert not compared(a + b + "  - concat: [a, b]\n", b + a + "  - concat: [a, b]\n").differs


def test_a_block_that_was_written_out_is_one_line():
    new = BLOCKS.replace("  - Head: {name: head}", "  - global_avg_pool\n  - dense: 10")

    assert told(BLOCKS, new) == ["renamed head: layers taken out of the group"]


def test_what_was_put_into_a_block_is_the_same():
    flat = "layers:\n  - conv: {filters: 4, name: a}\n  - relu\n  - conv: {filters: 8, name: b}\n  - relu\n  - max_pool: 2\n"
    block = ("blocks:\n  Body:\n    layers:\n      - conv: {filters: 4, name: a}\n      - relu\n"
             "      - conv: {filters: 8, name: b}\n      - relu\nlayers:\n  - Body: {name: body}\n  - max_pool: 2\n")  # fmt: skip
    found = compared(flat, block)

    assert found.changes == ()
    assert found.renamed == (("", "body"),)
    assert told(flat, block) == ["renamed body: layers put into a group"]


def test_a_block_of_another_name_in_which_every_layer_was_changed_is_the_same_block():
    new = BLOCKS.replace("stage2", "deep").replace("n: 32", "n: 48").replace("Head: {name: head}", "Head: {name: top}")

    assert told(BLOCKS, new) == [
        "renamed stage2 → deep: renamed", "renamed head → top: renamed",
        "changed deep.*.conv1 ×4: filters 32 → 48", "changed deep.*.main ×4: filters 32 → 48",
        "changed deep.0.short: filters 32 → 48",
    ]  # fmt: skip


def test_a_layer_of_all_repetitions_that_is_called_otherwise_is_one_line_for_each_use():
    new = BLOCKS.replace("name: main", "name: second").replace("[main, short]", "[second, short]")

    assert told(BLOCKS, new) == [
        "renamed stage1.*.main → stage1.*.second ×3: renamed", "renamed stage2.*.main → stage2.*.second ×4: renamed",
    ]  # fmt: skip


def test_a_block_put_into_all_repetitions_is_one_line_for_each_use():
    new = BLOCKS.replace("      - add: [main, short]", "      - Head: {from: main, name: gate}\n      - add: [main, short]")
    new = new.replace("  Head:\n    layers:\n      - global_avg_pool\n      - dense: 10", "  Head:\n    layers:\n      - global_avg_pool\n      - relu")
    old = BLOCKS.replace("      - dense: 10", "      - relu")

    assert told(old, new) == ["added stage1.*.gate ×3: Head (6 layers)", "added stage2.*.gate ×4: Head (8 layers)"]


def test_depth_folds_what_is_inside_blocks():
    new = BLOCKS.replace("kernel: 3, name: main", "kernel: 5, name: main").replace("dense: 10", "dense: 12")

    assert told(BLOCKS, new, depth=1) == [
        "changed stage1: 3 layers changed", "changed stage2: 4 layers changed", "changed head: 1 layer changed",
    ]  # fmt: skip


def test_a_spec_that_was_expanded_is_the_same():
    from cnncalc import loads
    from cnncalc.diff import layers
    from cnncalc.diff.snapshot import of_network
    from cnncalc.language.write import write

    network = net(BLOCKS)
    found = layers.compare(of_network(network), of_network(loads(write(network))))

    assert not found.differs


def test_two_uses_of_weights_count_once():
    text = "layers:\n  - conv: {filters: 3, name: a}\n  - reuse: {layer: a, from: a, name: b}\n"
    found = compared(text, text.replace("filters: 3", "filters: 3, kernel: 5"))

    assert [(c.row.name, c.difference("params"), c.difference("macs")) for c in found.changes] == [
        ("a", 3 * 3 * (25 - 9), 32 * 32 * 9 * 16), ("b", 0, 32 * 32 * 9 * 16),
    ]  # fmt: skip


def test_a_layer_of_which_nothing_is_known_leaves_the_difference_unknown():
    found = compared("  - conv: 8\n", "  - conv: 8\n  - opaque: {output: {features: 3}}\n")

    assert sum_changes(found.changes, "params") is None


def test_a_hundred_layers_without_names():
    items = ["  - conv: 3\n", "  - relu\n"] * 50
    new = [*items[:30], "  - conv: {filters: 3, kernel: 7}\n", *items[30:60], *items[70:]]
    found = compared("".join(items), "".join(new))

    assert sum(change.status == "added" for change in found.changes) == 1
    assert sum(change.status == "removed" for change in found.changes) == 10
    assert not any(change.status == "changed" for change in found.changes)


@pytest.fixture
def long_lists(monkeypatch):
    """Lists of a dozen layers are too long for a table, twenty edits too many."""
    monkeypatch.setattr(align, "_TABLE", 100)
    monkeypatch.setattr(align, "_EDITS", 20)


def test_long_lists_of_which_little_is_different(long_lists):
    items = ["  - conv: 3\n", "  - relu\n"] * 50
    new = [*items[:30], "  - conv: {filters: 3, kernel: 7}\n", *items[30:60], *items[70:]]
    found = told("".join(items), "".join(new))

    assert found[0] == "added conv16: conv"
    assert len(found) == 1 + 10
    assert sum(line.startswith("removed") for line in found) == 10


def test_long_lists_of_which_much_is_different_are_matched_by_name(long_lists):
    items = [f"  - conv: {{filters: 3, kernel: {1 + i % 3}, name: c{i}}}\n" for i in range(60)]
    new = ["  - relu\n", *items[30:], *items[:30], "  - max_pool: 2\n"]
    found = compared("".join(items), "".join(new))

    assert [change.row.name for change in found.changes if change.status == "added"] == ["relu1", "max_pool1"]
    # Two stand behind another layer than before: that at the seam, and the first.
    assert [change.row.name for change in found.changes if change.status == "changed"] == ["c30", "c0"]
