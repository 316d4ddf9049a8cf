"""`export --to keras`: what is written, and that Keras makes of it what cnncalc says."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc import SpecError, load, loads
from cnncalc.exporters.keras import export

ANSWERS = json.loads((Path(__file__).parent / "data" / "keras.json").read_text(encoding="utf-8"))
"""What Keras made of the code of each network: `python -m tools.truth exports`."""
NUMBERS = json.loads((Path(__file__).parent / "data" / "keras_numbers.json").read_text(encoding="utf-8"))
"""How far the results of Keras are from those of PyTorch's code, for each line of `layers.txt`, on Keras' backend of PyTorch."""
BACKEND = ("avg_pool: {size: 4, stride: 1, padding: same}",)
"""What that backend does otherwise than that of JAX, which gives the numbers: it averages repeated edges."""
FEW = ("mobilenet_v2", "pix2pix::discriminator", "resnet50_keras", "retinanet", "siamese_one_shot", "wavenet", "xception")
"""Those that are looked at each time; the others take a while."""
HEAD = "dialect: keras\ninput: {channels: 3, size: [32, 32]}\nlayers:\n"


def code(*items, head=HEAD):
    return export(loads(head + "".join(f"  - {item}\n" for item in items), name="net.yaml"))


def body(text):
    """The statements of the function that makes the model, but for the first and the last."""
    return [line.strip() for line in text.rpartition('name="input")\n')[2].partition("    return keras.Model")[0].splitlines()]


@pytest.mark.parametrize("name", [n if n in FEW else pytest.param(n, marks=pytest.mark.slow) for n in sorted(ANSWERS)])
def test_keras_makes_of_the_code_what_cnncalc_says(name):
    network, answer = load(f"zoo:{name}"), ANSWERS[name]
    if "refused" in answer:
        with pytest.raises(SpecError) as caught:
            export(network)
        assert [finding.message for finding in caught.value.diagnostics] == answer["refused"]
        return
    again = "the code is not the one that was run: `make truth` runs it"
    assert hashlib.sha256(export(network).encode()).hexdigest()[:16] == answer["code"], again
    assert (answer["params"], answer["buffers"]) == (network.params.value, network.buffers.value)
    outputs = [network.nodes[index].output for index in dict.fromkeys(network.outputs.values())]
    assert answer["outputs"] == [[*x.size, x.channels] if not x.form else list(x.size) for x in outputs]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in ANSWERS if ANSWERS[name].get("changed")))
def test_arguments_of_the_code_are_the_variables_of_the_spec(name):
    for argument, value, params in ANSWERS[name]["changed"]:
        assert load(f"zoo:{name}", set={argument.rstrip("_"): value}).params.known == params, argument


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [FEW, pytest.param(tuple(ANSWERS), marks=pytest.mark.slow)], ids=["few", "all"])
def test_the_code_is_laid_out_as_ruff_does_and_has_no_finding(tmp_path, chosen):
    for name in chosen:
        if "refused" not in ANSWERS[name]:
            (tmp_path / f"{name.replace('::', '_')}.py").write_text(export(load(f"zoo:{name}")), encoding="utf-8")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_single_layers_give_the_numbers_of_pytorch():
    given = {name: answer.get("error", 1) for name, answer in NUMBERS.items() if "refused" not in answer}

    assert len(given) > 270
    assert {name.partition(" | ")[2] for name, error in given.items() if error > 2e-6} == set(BACKEND)


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_the_code_of_single_layers_is_the_one_that_was_run(every):
    for name, answer in list(NUMBERS.items())[::every]:
        head, _, line = name.partition(" | ")
        dialect, _, shape = head.partition(" ")
        items, top = line.split(";;"), f"dialect: {dialect}\ninput: {shape}\nlayers:\n"
        if "refused" in answer:
            with pytest.raises(SpecError):
                code(*items, head=top)
        else:
            text = code(*(item.strip() for item in items), head=top)
            assert hashlib.sha256(text.encode()).hexdigest()[:16] == answer["code"], name


@pytest.mark.parametrize(
    ("item", "lines"),
    [
        ("conv: {filters: 8, kernel: 3, padding: same}", ['x = layers.Conv2D(8, 3, padding="same", name="conv1")(x)']),
        ("conv: {filters: 8, kernel: 3, stride: 2, padding: same}", ['x = layers.Conv2D(8, 3, strides=2, padding="same", name="conv1")(x)']),
        ("depthwise_conv: {kernel: 3, multiplier: 2}", ['x = layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise_conv1")(x)']),
        ("batch_norm", ['x = layers.BatchNormalization(name="batch_norm1")(x)']),
        ("batch_norm: {momentum: 0.9, scale: false}", ['x = layers.BatchNormalization(momentum=0.9, scale=False, name="batch_norm1")(x)']),
        ("max_pool: 2", ['x = layers.MaxPooling2D(2, name="max_pool1")(x)']),
        ("conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: same}", ['x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="conv_transpose1")(', "x", ")"]),
        ("flatten", ["x = layers.Flatten()(x)"]),
        ("dense: 7", ['x = layers.Dense(7, name="dense1")(x)']),
        ("global_avg_pool", ['x = layers.GlobalAveragePooling2D(name="global_avg_pool1")(x)']),
        ("leaky_relu", ["x = ops.leaky_relu(x, 0.3)"]),
        ("softmax", ["x = ops.softmax(x, axis=-1)"]),
        ("softmax: {axis: space}", ["x = layers.Softmax(axis=(1, 2))(x)"]),
        ("log_softmax: {axis: all}", ["x = x - ops.logsumexp(x, axis=(1, 2, -1), keepdims=True)"]),
        ("relu: {max_value: 6, threshold: 1}", ['x = layers.ReLU(max_value=6, threshold=1, name="relu1")(x)']),
        ("elu: 0.5", ["x = ops.elu(x, alpha=0.5)"]),
        ("gelu: {approximate: tanh}", ["x = ops.gelu(x)"]),
        ("reshape: {to: {channels: 12, size: [16, 16]}}", ["x = layers.Reshape((16, 16, 12))(x)"]),
        ("slice: {channels: [0, 2], size: [[4, null], null]}", ["x = x[:, 4:, :, :2]"]),
        ("pad: 1", ["x = ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))"]),
        ("gaussian_noise: 0.1", ['x = layers.GaussianNoise(0.1, name="gaussian_noise1")(x)']),
        ("gaussian_dropout: 0.2", ['x = layers.GaussianDropout(0.2, name="gaussian_dropout1")(x)']),
        ("gather: {axis: c, indices: [2, 0]}", ["x = ops.take(x, [2, 0], axis=-1)"]),
        ("tile: {axis: h, times: 2}", ["x = ops.tile(x, (1, 2, 1, 1))"]),
        ("upsample: 2", ['x = layers.UpSampling2D(2, name="upsample1")(x)']),
    ],
)  # fmt: skip
def test_a_layer(item, lines):
    assert body(code(item)) == lines


def test_what_pytorch_means_is_written_out():
    text = code("conv: {filters: 8, kernel: 3, stride: 2, padding: 1}", "batch_norm", "flatten", "leaky_relu", head=HEAD.replace("keras", "torch"))

    assert body(text) == [
        "# Keras pads explicitly before the layer",
        'x = layers.Conv2D(8, 3, strides=2, name="conv1")(',
        "ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))",
        ")",
        'x = layers.BatchNormalization(momentum=0.9, epsilon=1e-05, name="batch_norm1")(x)',
        "x = ops.leaky_relu(layers.Flatten()(ops.transpose(x, (0, 3, 1, 2))), 0.01)",
    ]


def test_a_transposed_convolution_with_stride_and_dilation_is_refused():
    with pytest.raises(SpecError, match="Keras has no stride and dilation at once"):
        code("conv_transpose: {filters: 4, kernel: 2, stride: 3, dilation: 2}", head=HEAD.replace("keras", "torch"))


def test_axes_that_are_normed_are_the_last_ones():
    text = code("layer_norm: {axes: [h, w]}")
    assert 'layers.LayerNormalization(axis=[2, 3], name="layer_norm1")(' in text
    assert "ops.transpose(x, (0, 3, 1, 2))" in text


@pytest.mark.parametrize("layer", ["space_to_depth", "depth_to_space"])
def test_blocks_of_one_are_left_as_they_are(layer):
    assert "block" not in code(f"{layer}: 1", head=HEAD.replace("keras", "tflite"))


def test_steps_that_are_masked_are_so_by_the_number_of_the_spec():
    text = code("masking: -1", "lstm: {units: 3}", head="dialect: keras\ninput: {channels: 4, size: [6]}\nlayers:\n")

    assert 'layers.Masking(mask_value=-1.0, name="masking1")(x)' in text


def test_a_row_of_blocks_is_a_loop():
    text = export(load("zoo:resnet50"))

    assert '    for i in range(1, n3):\n        x = bottleneck(x, 256, name=f"layer3_{i}")\n' in text
    assert "    n2 = 8 if n3 == 36 else 4\n" in text


def test_weights_used_again_in_a_block_are_a_layer_of_its_function():
    text = export(load("zoo:cbam_resnet50"))

    assert text.count("_layer = layers.Conv2D(") == 2
    assert text.count("\n") < 160


def test_what_no_output_depends_on_is_refused():
    with pytest.raises(SpecError, match=r"`c` \(conv\): no output depends on it, and a model of Keras has no such layers"):
        code("conv: {filters: 3, kernel: 1, name: c}", "relu: {from: input}")


def test_names_of_functions_arguments_and_results_are_kept_apart():
    text = export(loads("input: {channels: 4, size: [4, 4]}\nblocks:\n  Out: {args: {x: 4}, inputs: [a, b], layers: [conv: {from: a, filters: $x, kernel: 1}, add: [prev, b]]}\n"
                        "layers: [conv: {filters: 4, kernel: 1}, Out: {from: [prev, input]}, Out: {from: [prev, input]}]"))  # fmt: skip

    compile(text, "exported", "exec")
    assert "def out2(a, b, x_: int = 4, *, name: str):" in text
    assert 'name=f"{name}-conv1"' in text


BACK = json.loads((Path(__file__).parent / "data" / "keras_back.json").read_text(encoding="utf-8"))
"""What `cnncalc.from_keras` counts of the models that the code makes."""
READ_IN_PART = {
    "crnn": "a layer with two biases a gate is a class of its own, and so is opaque",
    "demucs": "a layer with two biases a gate is a class of its own, and so is opaque",
    "efficientdet_d0": "weights of a sum are a class of its own, and so are opaque",
    "nin": "an average that rounds up is divided by a constant of its own size",
    "retinanet": "boxes are added to a constant",
    "ssd300": "boxes are added to a constant",
    "swin_t": "attention in windows is a class of its own, and so is opaque",
    "vit_b_16": "the class token and the positions are classes of their own, and so are opaque",
}


@pytest.mark.slow
def test_models_of_the_code_are_read_again_as_the_same_networks():
    assert len(BACK) > 90
    for name, answer in BACK.items():
        assert answer["code"] == ANSWERS[name]["code"], name
        assert "unread" not in answer, name
        network = load(f"zoo:{name}")
        totals = {"params": network.params.known, "macs": network.macs.known, "buffers": network.buffers.known}
        same = totals == {key: answer[key] for key in totals} and not answer["unknown"]
        # What is not known is said so, and nothing is counted that is not there.
        assert same == (name not in READ_IN_PART), name
        assert same or answer["unknown"], name
        assert all(answer[key] <= total for key, total in totals.items()), name
