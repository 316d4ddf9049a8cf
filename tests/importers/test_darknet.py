"""Cfg files written by hand, from the source of the fork."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.importers import darknet
from tests.dialects.rows import Unstated, compare, state_darknet
from tests.dialects.rows import rows as measured

from .reading import complaint, describe, load_text, mutate, public_files, rows

MAP = "[net]\nheight=12\nwidth=8\nchannels=4\n"
VECTOR = "[net]\ninputs=16\n"


def cfg(*sections, start=MAP):
    """`kind key=value key=value` for each section."""
    lines = []
    for section in sections:
        kind, *options = section.split(" ")
        lines += [f"[{kind}]", *options]
    return start + "\n".join(lines) + "\n"


def totals(net):
    """Output, numbers held and multiply-accumulates by the place of the section."""
    found = {}
    for name, output, numbers, macs in rows(net):
        number = int(re.match(r".*?_(\d+)(?:_|\.|$)", name)[1])
        _, held, done = found.get(number, ([], 0, 0))
        found[number] = (output, held + numbers, done + macs)
    return [found[number] for number in sorted(found)]


CONV = "convolutional filters=6 size=1 activation=linear"
C = ([6, 12, 8], 30, 24 * 96)


@pytest.mark.parametrize(("sections", "wanted"), [
    (["convolutional filters=6 size=3 stride=2 pad=1"], [([6, 6, 4], 6 * 36 + 6, 24 * 216)]),
    (["convolutional filters=6 size=3 stride=2 pad=1 batch_normalize=1"], [([6, 6, 4], 216 + 4 * 6, 24 * 216)]),
    # The flag wins: 5 // 2 on each side, and not 1.
    (["convolutional filters=6 size=5 pad=1 padding=1"], [([6, 12, 8], 600 + 6, 96 * 600)]),
    (["convolutional filters=6 size=5 padding=1"], [([6, 10, 6], 606, 60 * 600)]),
    (["convolutional filters=6 size=3 padding=1 stride_x=2 stride_y=1"], [([6, 12, 4], 222, 48 * 216)]),
    (["convolutional filters=8 size=3 pad=1 groups=4"], [([8, 12, 8], 72 + 8, 96 * 72)]),
    (["convolutional filters=6 size=3 pad=1 dilation=2"], [([6, 12, 8], 222, 96 * 216)]),
    (["deconvolutional filters=6 size=4 stride=2 padding=1"], [([6, 24, 16], 384 + 6, 96 * 384)]),
    # Weights and a bias at each of 10 × 6 places.
    (["local filters=2 size=3 stride=1"], [([2, 10, 6], 60 * (2 * 36 + 2), 60 * 72)]),
    (["local filters=2 size=3 stride=2 pad=1"], [([2, 6, 4], 24 * 74, 24 * 72)]),
    (["connected output=10"], [([10], 3840 + 10, 3840)]),
    (["connected output=10 batch_normalize=1 activation=leaky"], [([10], 3840 + 40, 3840)]),
    (["maxpool size=2 stride=2"], [([4, 6, 4], 0, 0)]),
    # The padding is size − 1 in all, or what is said.
    (["maxpool size=2 stride=1"], [([4, 12, 8], 0, 0)]),
    (["maxpool size=3 stride=2 padding=0"], [([4, 5, 3], 0, 0)]),
    (["maxpool size=3 stride_x=1 stride_y=2 padding=1"], [([4, 6, 7], 0, 0)]),
    (["maxpool stride=2"], [([4, 6, 4], 0, 0)]),
    (["local_avgpool size=2 stride=2"], [([4, 6, 4], 0, 0)]),
    (["avgpool"], [([4, 1, 1], 0, 0)]),
    (["upsample stride=2"], [([4, 24, 16], 0, 0)]),
    (["upsample"], [([4, 24, 16], 0, 0)]),
    (["reorg stride=2"], [([16, 6, 4], 0, 0)]),
    (["reorg stride=2 reverse=1"], [([1, 24, 16], 0, 0)]),
    (["crop crop_height=10 crop_width=6"], [([4, 10, 6], 0, 0)]),
    (["batchnorm"], [([4, 12, 8], 16, 0)]),
    (["dropout probability=.5", "softmax groups=1", "cost", "logistic", "l2norm", "activation activation=relu"], [([4, 12, 8], 0, 0)] * 6),
    (["activation activation=leaky", "activation activation=linear", "activation activation=unheard"], [([4, 12, 8], 0, 0)] * 3),
    ([CONV, "route layers=0"], [C, (*C[:1], 0, 0)]),
    ([CONV, "avgpool", "route layers=-2"], [C, ([6, 1, 1], 0, 0), ([6, 12, 8], 0, 0)]),
    ([CONV, CONV, "route layers=-1,0"], [C, ([6, 12, 8], 42, 3456), ([12, 12, 8], 0, 0)]),
    ([CONV, "route layers=-1 groups=2 group_id=1"], [C, ([3, 12, 8], 0, 0)]),
    ([CONV, CONV, "route layers=-1,-2 groups=2 group_id=0"], [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 0, 0)]),
    ([CONV, CONV, "shortcut from=-2"], [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 0, 0)]),
    # An activation behind a sum or a product is a layer of its own.
    ([CONV, CONV, "shortcut from=-2 activation=leaky"], [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 0, 0)]),
    ([CONV, CONV, "shortcut from=-2 weights_type=per_feature activation=relu"], [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 2, 0)]),
    ([CONV, "avgpool", "scale_channels from=-2 activation=logistic"], [C, ([6, 1, 1], 0, 0), ([6, 12, 8], 0, 0)]),
    # A shortcut of more channels, and one of fewer.
    ([CONV, "convolutional filters=4 size=1", "shortcut from=0"], [C, ([4, 12, 8], 28, 24 * 96), ([4, 12, 8], 0, 0)]),
    (["convolutional filters=4 size=1", CONV, "shortcut from=0"], [([4, 12, 8], 20, 16 * 96), C, ([6, 12, 8], 0, 0)]),
    # A weight for each operand, or for each of its channels.
    ([CONV, CONV, "shortcut from=-2 weights_type=per_feature weights_normalization=softmax"],
     [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 2, 0)]),
    ([CONV, CONV, "shortcut from=-2 weights_type=per_channel weights_normalization=relu"],
     [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 12, 0)]),
    ([CONV, CONV, CONV, "shortcut from=-2,-3 weights_type=per_channel"],
     [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 42, 3456), ([6, 12, 8], 18, 0)]),
    ([CONV, CONV, "sam from=-2"], [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 0, 0)]),
    ([CONV, "avgpool", "scale_channels from=-2"], [C, ([6, 1, 1], 0, 0), ([6, 12, 8], 0, 0)]),
    ([CONV, "convolutional filters=6 size=1 activation=linear", "convolutional filters=6 size=1 activation=linear share_index=-1"],
     [C, ([6, 12, 8], 42, 3456), ([6, 12, 8], 42, 3456)]),
    (["convolutional filters=18 size=1", "yolo mask=0,1 classes=4"], [([18, 12, 8], 90, 72 * 96), ([18, 12, 8], 0, 0)]),
    (["convolutional filters=18 size=1", "region num=2 classes=4"], [([18, 12, 8], 90, 72 * 96), ([18, 12, 8], 0, 0)]),
    (["convolutional filters=18 size=1", "Gaussian_yolo mask=0"], [([18, 12, 8], 90, 72 * 96), ([18, 12, 8], 0, 0)]),
    (["connected output=7", "detection classes=2"], [([7], 384 * 7 + 7, 384 * 7), ([7], 0, 0)]),
    # Two convolutions of the state's width, and one of the output's.
    (["crnn output=6 hidden=5 size=3 pad=1 batch_normalize=1"],
     [([6, 12, 8], 180 + 225 + 270 + 4 * (5 + 5 + 6), 96 * (180 + 225 + 270))]),
    (["crnn output=6 hidden=4 size=5 pad=1 groups=2 stride=2"],
     [([6, 6, 4], 25 * (8 + 8 + 12) + 14, 24 * 25 * (8 + 8 + 12))]),
    # Four gates that read the map and the state; with peepholes three of them read the cell.
    (["conv_lstm output=6 size=3 pad=1"], [([6, 12, 8], 4 * (216 + 6 + 324 + 6), 96 * 4 * (216 + 324))]),
    (["conv_lstm output=6 pad=1 peephole=1 batch_normalize=1 activation=leaky"],
     [([6, 12, 8], 4 * 216 + 7 * 324 + 11 * 24, 96 * (4 * 216 + 7 * 324))]),
    (["conv_lstm output=6 size=1 stride=2 groups=2"], [([6, 6, 4], 4 * (12 + 6 + 18 + 6), 24 * 4 * (12 + 18))]),
    (["conv_lstm output=6 size=3 padding=1 dilation=2"], [([6, 12, 8], 4 * (216 + 6 + 324 + 6), 96 * 4 * (216 + 324))]),
    # The map, and those of three steps before.
    (["history"], [([16, 12, 8], 0, 0)]),
    ([CONV, "history history_size=2"], [C, ([12, 12, 8], 0, 0)]),
    # Learnt factors, and learnt rows.
    ([CONV, "implicit filters=6", "scale_channels from=-2"], [C, ([6, 1, 1], 6, 0), ([6, 12, 8], 0, 0)]),
    ([CONV, "implicit filters=6 atoms=3"], [C, ([6, 3, 1], 18, 0)]),
    ([CONV, "contrastive classes=3", "iseg classes=5 ids=1"], [C, ([6, 12, 8], 0, 0), ([6, 12, 8], 0, 0)]),
    (["reorg"], [([4, 12, 8], 0, 0)]),
    # The fork smooths what it strides over: 3 × 3 with a border of 1, or 2 × 2 without; the filter is not in its file.
    (["convolutional filters=6 size=3 stride=2 pad=1 antialiasing=1 activation=relu"],
     [([6, 6, 4], 222 + 9 * 6, 96 * 216 + 144 * 9)]),
    (["maxpool size=2 stride=2 antialiasing=2"], [([4, 6, 4], 4 * 4, 96 * 4)]),
    # YOLOR: the map is above, what is learnt is named, and a reorg takes every other place.
    (["reorg", "implicit_add filters=16", "implicit_mul filters=6", "route layers=0", "shift_channels from=1",
      "convolutional filters=6 size=1 activation=silu", "control_channels from=2"],
     [([16, 6, 4], 0, 0), ([16, 1, 1], 16, 0), ([6, 1, 1], 6, 0), ([16, 6, 4], 0, 0), ([16, 6, 4], 0, 0),
      ([6, 6, 4], 96 + 6, 24 * 96), ([6, 6, 4], 0, 0)]),
])  # fmt: skip
def test_layers(sections, wanted, tmp_path):
    assert totals(load_text(tmp_path, "net.cfg", cfg(*sections))) == wanted


@pytest.mark.parametrize(("sections", "wanted"), [
    # From the input, from the state and to the output, each with a bias.
    (["rnn output=10 hidden=8"], [([10], 128 + 64 + 80 + 26, 272)]),
    (["rnn output=8 batch_normalize=1"], [([8], 256 + 4 * 24, 256)]),
    (["gru output=10"], [([10], 3 * (160 + 100 + 20), 780)]),
    (["lstm output=10"], [([10], 4 * (160 + 100 + 20), 1040)]),
    (["lstm output=10 batch_normalize=1"], [([10], 4 * (160 + 100 + 80), 1040)]),
    (["connected output=8", "dropout", "rnn output=4", "gru output=4"],
     [([8], 136, 128), ([8], 0, 0), ([4], 32 + 16 + 16 + 12, 64), ([4], 3 * (16 + 16 + 8), 96)]),
])  # fmt: skip
def test_recurrent_layers(sections, wanted, tmp_path):
    assert totals(load_text(tmp_path, "net.cfg", cfg(*sections, start=VECTOR))) == wanted


def test_outputs_are_the_heads(tmp_path):
    net = load_text(tmp_path, "net.cfg", cfg("convolutional filters=18 size=1", "yolo mask=0,1 classes=4", "route layers=0",
                                             "yolo mask=2,3 classes=4"))  # fmt: skip

    assert list(net.outputs) == ["yolo_1", "yolo_3"]
    assert net.dialect == "darknet"


def test_what_is_written_around_options(tmp_path):
    text = "# a net\n\n [ net ] \r\nheight = 12 # rows\nwidth=8\nchannels=4\n; next\n[conv]\nfilters= 6\n"

    assert totals(load_text(tmp_path, "net.cfg", text)) == [C]


@pytest.mark.parametrize(("text", "message", "line"), [
    (MAP, "there is no layer behind [net]", 1),
    ("[net]\n[conv]\n", "[net] does not say what goes in", 1),
    ("[net]\nheight=12\n[conv]\n", "[net] does not say what goes in", 1),
    ("[net]\nheight=12\nwidth\n", "neither a section nor an option", 3),
    (cfg("convolutional filters=x"), "`filters` of [convolutional] must be whole numbers, got `x`", 5),
    (cfg("convolutional filters=1.5"), "`filters` of [convolutional] must be whole numbers, got `1.5`", 5),
    (cfg(f"convolutional filters={'9' * 12}"), f"`filters` of [convolutional] must be whole numbers, got `{'9' * 12}`", 5),
    (cfg("unheard"), "[unheard] is not known here", 5),
    (cfg(CONV, "route"), "[route] names no layer", 9),
    (cfg(CONV, "route layers=1"), "[route] reads layer 1, and there are 1 above it", 9),
    (cfg(CONV, "route layers=-2"), "[route] reads layer -2, and there are 1 above it", 9),
    (cfg(CONV, "shortcut"), "[shortcut] names no layer", 9),
    (cfg(CONV, "shortcut from=-3"), "[shortcut] reads layer -3, and there are 1 above it", 9),
    (cfg("reorg stride=0 reverse=1"), "[reorg] has a stride of 0", 5),
    (cfg(CONV, "sam"), "[sam] names no layer", 9),
    (cfg(CONV, "control_channels"), "[control_channels] names no layer", 9),
    (cfg("conv_lstm output=3 bottleneck=1"), "[conv_lstm] has a bottleneck, which nobody has described", 5),
    (cfg("maxpool maxpool_depth=1"), "[maxpool] takes the largest of channels, which is not known here", 5),
    (cfg("history history_size=0"), "[history] remembers 0 maps", 5),
    (cfg("history history_size=1001"), "[history] remembers 1001 maps", 5),
    (cfg("rnn output=3"), "[rnn] must read a vector: the input, or a connected layer", 5),
    (cfg(CONV, "convolutional filters=6 size=3 share_index=0"),
     "[convolutional] shares the weights of a layer that differs in more", 9),
])  # fmt: skip
def test_what_cannot_be_read(text, message, line, tmp_path):
    assert complaint(tmp_path, "net.cfg", text)[:3] == ("E701", message, line)


def test_a_file_that_does_not_begin_with_net(tmp_path):
    assert describe(darknet, b"[conv]\n") is None
    assert not darknet.recognises("net.cfg", b"[conv]\n")
    assert darknet.recognises("x", b"# \n\n[network]\n")
    assert not darknet.recognises("x", b"")


@pytest.mark.parametrize("op", list(measured("darknet")))
def test_every_row_is_read_from_a_file(op, tmp_path):
    complaints = []
    for row in measured("darknet")[op][::3]:
        try:
            state_darknet(op, row)
        except Unstated:
            continue
        padding = "" if row.options["padding"] is None else f" padding={row.options['padding']}"
        pad = "" if row.pad is None else f" pad={row.pad}"
        section = f"{op} size={row.k} stride={row.s}{pad}{padding} activation=linear"
        start = f"[net]\nheight={row.L}\nwidth={row.L}\nchannels=1\n"
        complaints.append(compare(load_text(tmp_path, "net.cfg", cfg(section, start=start)), row, section))

    assert [c for c in complaints if c] == []
    assert len(complaints) >= 75


PUBLIC = sorted(file["text"] for file in public_files("darknet").values())


@settings(max_examples=200)
@given(st.sampled_from(PUBLIC), st.integers(0, 2**32))
def test_files_that_are_not_whole_are_read_or_refused(text, seed):
    describe(darknet, mutate(text, seed).encode())


@settings(max_examples=100)
@given(st.binary(max_size=300), st.integers(0, 60))
def test_bytes_are_read_or_refused(data, start):
    describe(darknet, data)
    describe(darknet, cfg(CONV).encode()[:start] + data)
