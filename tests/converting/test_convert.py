"""`convert`: a spec that a person might have written, with the numbers of the network."""

import pytest

from cnncalc import load, loads
from cnncalc.converting.arguments import Slot, find_arguments
from cnncalc.converting.blocks import find_blocks
from cnncalc.converting.convert import convert
from cnncalc.converting.steps import Step, steps_of

HEAD = "input: {channels: 3, size: [32, 32]}\nlayers:\n"


def made(*items, head=HEAD):
    """The layers, and the blocks, of the spec that a list of items becomes."""
    text = convert(loads(head + "".join(f"  - {item}\n" for item in items), name="net.yaml"))
    return text.partition("layers:\n")[2] if "blocks:" not in text else text


def facts(network):
    return [(node.op, node.output, node.facts.params, node.facts.macs, node.trainable) for node in network.nodes]


def ratio(network):
    """How many times as long one line for each layer is."""
    return len(convert(network, flat=True).encode()) / len(convert(network).encode())


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v2", "efficientnet_b0"])
def test_it_is_at_most_a_quarter_of_one_line_for_each_layer(name):
    network = load(f"zoo:{name}")
    text = convert(network)

    assert len(text.encode()) * 4 <= len(convert(network, flat=True).encode())
    assert facts(loads(text)) == facts(network)


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "densenet121", "unet", "googlenet", "inception_v3", "squeezenet1_0", "dcgan::generator", "vit_b_16", "swin_t", "crnn", "c3d", "tcn"])
def test_networks_of_the_zoo_keep_their_numbers(name):
    network = load(f"zoo:{name}")
    again = loads(convert(network))

    assert facts(again) == facts(network)
    assert (again.params, again.macs, again.dialect) == (network.params, network.macs, network.dialect)
    assert [node.output for node in again.nodes if node.index in again.outputs.values()] == [
        node.output for node in network.nodes if node.index in network.outputs.values()
    ]


def test_a_norm_and_an_activation_stand_with_their_layer_again():
    assert made("conv: {filters: 8, kernel: 3, bias: false}", "batch_norm", "relu") == (
        "  - conv: {filters: 8, kernel: 3, norm: batch_norm, activation: relu}\n"
    )
    assert made("conv: {filters: 8, kernel: 3}", "batch_norm") == "  - conv: {filters: 8, kernel: 3, bias: true, norm: batch_norm}\n"


def test_types_are_kept_once_for_a_layer_and_its_activation():
    types = "{activations: int16, weights: int8}"
    text = made(f"conv: {{filters: 4, kernel: 1, dtype: {types}}}", f"relu: {{dtype: {types}}}", "conv: {filters: 4, kernel: 1, dtype: int8}", "relu")

    assert text == f"""  - conv: {{filters: 4, kernel: 1, dtype: {types}, activation: relu}}
  - conv: {{filters: 4, kernel: 1, dtype: int8, activation: relu}}
"""


def test_what_is_read_elsewhere_does_not_disappear_in_a_layer():
    assert made("conv: {filters: 8, kernel: 1, name: c}", "relu", "add: [c, prev]") == (
        "  - conv: {name: c, filters: 8, kernel: 1}\n  - relu\n  - add: [c, prev]\n"
    )


def test_the_same_layer_behind_itself_is_repeated():
    assert made("relu", *["conv: {filters: 3, kernel: 3, padding: 1}"] * 3, "dropout") == (
        "  - relu\n  - conv: {filters: 3, kernel: 3, padding: half, repeat: 3}\n  - dropout\n"
    )


def test_what_recurs_is_a_block_and_what_differs_in_it_an_argument():
    body = [
        item
        for width, stride in ((8, 1), (16, 2), (32, 2), (64, 1))
        for item in (
            f"conv: {{filters: {width}, kernel: 3, stride: {stride}, padding: 1}}",
            "relu",
            f"conv: {{filters: {4 * width}, kernel: 1}}",
            "max_pool: {size: 3, stride: 1, padding: 1}",
        )
    ]

    assert made(*body) == """cnncalc: 1
name: net
input: {channels: 3, size: [32, 32]}
vars: {width: 8}
blocks:
  ConvPool:
    args: {filters: required, stride: required}
    layers:
      - conv: {filters: $filters, kernel: 3, stride: $stride, padding: half, activation: relu}
      - conv: {filters: $(4*filters), kernel: 1}
      - max_pool: {size: 3, stride: 1, padding: 1}
layers:
  - ConvPool: {filters: $width, stride: 1}
  - ConvPool: {filters: $(2*width), stride: 2}
  - ConvPool: {filters: $(4*width), stride: 2}
  - ConvPool: {filters: $(8*width), stride: 1}
"""


def test_a_residual_block_reads_its_input_by_name():
    unit = ["conv: {filters: 8, kernel: 3, padding: 1, name: a%d}", "relu", "conv: {filters: 8, kernel: 3, padding: 1}", "add: [prev, %s]", "relu: {name: r%d}"]
    items = ["conv: {filters: 8, kernel: 1}", "relu: {name: r0}"]
    for n in range(1, 4):
        items += [unit[0] % n, unit[1], unit[2], unit[3] % f"r{n - 1}", unit[4] % n]

    text = made(*items)
    assert "      - add: [prev, input]\n      - relu\nlayers:\n" in text
    assert text.endswith("  - BasicBlock: {repeat: 3}\n")


def test_a_block_may_stand_in_another_with_the_number_of_its_repetitions():
    text = convert(load("zoo:resnet50"))

    assert "      - Bottleneck: {filters: $filters, repeat: $n}\n" in text
    assert "  - Stage: {name: layer3, filters: $(4*width), n: 5}\n" in text


def test_what_goes_out_and_what_is_used_again_stands_in_no_block():
    items = [item for n in range(4) for item in (f"conv: {{filters: 3, kernel: 3, padding: 1, name: c{n}}}", "sigmoid", f"max_pool: {{size: 1, name: p{n}}}")]
    network = loads(HEAD + "".join(f"  - {item}\n" for item in items) + "outputs: [c1, p3]\n")
    again = loads(convert(network))

    assert facts(again) == facts(network)
    assert [again.nodes[i].op for i in again.outputs.values()] == ["conv", "max_pool"]


def test_weights_that_are_used_again_are_so_again():
    head = "inputs: {a: {channels: 3, size: [8, 8]}, b: {channels: 3, size: [8, 8]}}\nlayers:\n"
    text = made("conv: {filters: 4, kernel: 3, name: e, from: a}", "reuse: {layer: e, from: b, name: f}", "add: [e, f]", head=head)

    assert "- reuse: {name: f, from: b, layer: e}" in text


def test_names_are_kept_and_none_meets_another():
    network = loads(HEAD + '  - conv: {filters: 3, kernel: 1, repeat: 2, name: stage}\n  - dropout: {name: "stage2.0"}\n  - conv: {filters: 3, kernel: 3}\n')
    text = convert(network)

    assert "name: stage," in text
    assert facts(loads(text)) == facts(network)


def test_runs_do_not_overlap_and_save_lines():
    network = load("zoo:resnet20")
    steps, _ = steps_of(network)
    many = len(steps)
    short, blocks, moved = find_blocks(steps, set())

    assert len(short) + sum(len(block.steps) + 2 for block in blocks) < many
    assert sorted(set(moved.values())) == list(range(len(short)))


def test_a_file_is_written_and_not_overwritten(tmp_path, cnncalc):
    path = tmp_path / "net.yaml"
    first = cnncalc("convert", "zoo:lenet5", "-o", path)
    second = cnncalc("convert", "zoo:vgg16", "-o", path)

    assert (first.code, first.out, second.code) == (0, "", 2)
    assert f"wrote {path}" in first.err
    assert path.read_text() == cnncalc("convert", "zoo:lenet5").out
    assert cnncalc("convert", "zoo:vgg16", "-o", path, "--overwrite").code == 0
    assert cnncalc("convert", "zoo:vgg16", "--flat").out == cnncalc("expand", "zoo:vgg16").out


def test_what_reads_nothing_stands_in_blocks_as_well():
    # Each of three times a table of its own is added, as positions are in a transformer.
    text = made(*[f"parameter: {{channels: 3, size: [32, 32], name: t{n}}}\n  - add: [{before}, prev]\n  - relu: {{name: r{n}}}"
                  for n, before in enumerate(("input", "r0", "r1"))])  # fmt: skip

    assert "      - parameter: {channels: 3, size: [32, 32]}\n      - add: [input, prev]\n      - relu\n" in text
    assert text.endswith("  - Residual: {repeat: 3}\n")


def test_a_block_is_not_called_as_a_layer_of_several_outputs():
    # The parts of a split alone are a block; their frame has the name of the layer.
    parts = "split: {name: s%d, sizes: [8, 8, 16], axis: channels}\n  - sigmoid: {from: s%d.1, name: g%d}\n  - multiply: [s%d.0, g%d]\n  - conv: {filters: 32, kernel: 1}"
    network = loads(HEAD + "  - conv: {filters: 32, kernel: 1}\n" + "".join(f"  - {parts}\n".replace("%d", str(n)) for n in range(3)))
    text = convert(network)

    assert "blocks:\n" in text
    assert "  split:" not in text
    assert facts(loads(text)) == facts(network)


@pytest.mark.parametrize(("repeats", "inner"), [((1, 1, 1), "$(cin//2)"), ((2, 3, 2), "$(filters//4)")])
def test_what_enters_a_repetition_is_not_what_enters_the_block_around_it(repeats, inner):
    # Stages that double the width, and units whose inner width is a quarter of that: half of what enters the stage.
    widths = (32, 64, 128)
    runs = [[Step("conv", {"filters": width}, [-1], ["c"]), Step("Unit", {"filters": width, "squeeze": width // 4, "repeat": n}, [0], ["u"])]
            for width, n in zip(widths, repeats, strict=True)]  # fmt: skip
    found = find_arguments(runs, tuple(width // 2 for width in widths))

    assert str(found.keys[Slot(1, "squeeze")]) == inner


def test_a_number_in_a_list_of_lists_is_an_argument_and_called_as_what_it_is():
    # A causal network: twice as far back in each block, and padded in front alone.
    items, before = [], "input"
    for i, dilation in enumerate((1, 2, 4, 8)):
        items += [f"pad: {{amount: [[{dilation}, 0]], from: {before}}}",
                  f"conv: {{filters: 8, kernel: 2, padding: valid, dilation: {dilation}, name: c{i}}}",
                  f"add: {{from: [c{i}, {before}], name: a{i}}}"]  # fmt: skip
        before = f"a{i}"
    text = made(*items, head="input: {channels: 8, size: [40]}\nlayers:\n")

    assert "pad: {amount: [[$dilation, 0]]}" in text
    assert [line.strip() for line in text.splitlines() if line.startswith("  - ")] == [f"- Residual: {n}" for n in (1, 2, 4, 8)]
