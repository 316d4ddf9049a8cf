"""The commands: what they print, and with what code they exit."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

import cnncalc
from cnncalc.errors import UsageError

SPECS = Path(__file__).parent.parent.parent / "specs"
LENET, RESNET = str(SPECS / "lenet5.yaml"), str(SPECS / "resnet50.yaml")


@pytest.fixture
def run(cnncalc):
    """The command line; `cnncalc` is the library here."""
    return cnncalc


@pytest.mark.parametrize(("arguments", "code"), [
    (["macs", LENET], 0),
    (["macs", LENET, "--convention", "fvcore", "--why", "--training", "--batch", "4"], 0),
    (["macs", LENET, "--convention", "all"], 0),
    (["macs", LENET, "--convention", "caffe"], 2),
    (["macs", LENET, "--why"], 2),
    (["macs", LENET, "--strict"], 0),
    (["memory", LENET], 0),
    (["memory", LENET, "--dtype", "int8", "--inplace", "--fold-norm", "--fits", "128KiB"], 0),
    (["memory", LENET, "--dtype", "int8", "--fits", "16KiB"], 1),
    (["memory", LENET, "--dtype", "int8", "--fits", "16KiB", "--flash", "64KiB"], 0),
    (["memory", LENET, "--fits", "a lot"], 2),
    (["top", LENET, "--by", "params", "--count", "2"], 0),
    (["top", LENET, "--by", "size"], 2),
    (["params", LENET, "--by", "depth"], 0),
])  # fmt: skip
def test_exit_codes(run, arguments, code):
    found, out, err = run(*arguments)

    assert found == code
    assert bool(out) == (code < 2)
    assert bool(err) == (code > 0)


def test_what_does_not_fit_is_answered_in_the_table_and_explained_beside_it(run):
    _, out, err = run("memory", LENET, "--dtype", "int8", "--fits", "16KiB")

    assert "\nfits: no; inference 70.1 KiB of 16.0 KiB, 54.1 KiB too much\n" in out
    assert "error[X503]: lenet5: inference needs 70.1 KiB, 54.1 KiB more than there are\n" in err
    assert "= help: most is the weights of dense1 47.3 KiB, the weights of dense2 10.2 KiB, " in err


@pytest.mark.parametrize(("limits", "answer"), [
    (["--fits", "1MiB"], "not known; inference ≥ 3.00 KiB of 1.00 MiB, at most 1021 KiB to spare"),
    (["--fits", "2KiB"], "no; inference ≥ 3.00 KiB of 2.00 KiB, ≥ 1.00 KiB too much"),
    (["--fits", "4KiB", "--optimizer", "sgd"], "not known; training with sgd ≥ "),
])  # fmt: skip
def test_nobody_knows_whether_a_network_fits_that_ends_early(run, limits, answer):
    text = "input: {channels: 3, size: [16, 8]}\nlayers:\n  - relu\n  - max_pool: 9\n"
    code, out, err = run("memory", "-", *limits, stdin=text)

    assert code == 1
    assert f"\nfits: {answer}" in out
    assert "up to --batch" not in out
    assert "error[E301]" in err


def test_findings_stand_in_the_document_too(run):
    code, out, _ = run("memory", LENET, "--fits", "1KiB", "--format", "json")
    document = json.loads(out)

    assert code == 1
    assert document["totals"]["fits"]["answer"] is False
    assert [found["code"] for found in document["diagnostics"]] == ["X503"]


def test_the_memory_of_resnet50_as_it_is_printed(run):
    _, out, _ = run("memory", RESNET, "--depth", "1", "--optimizer", "momentum")

    assert out == """\
layer             op                   output   weights    writes      live      kept
input             input             3×224×224             588 KiB   588 KiB   588 KiB
stem              conv+bn+relu     64×112×112  37.3 KiB  9.19 MiB  6.13 MiB  6.13 MiB
max_pool1         max_pool           64×56×56             784 KiB  3.83 MiB  2.30 MiB
layer1            Bottleneck ×3     256×56×56   843 KiB  56.7 MiB  9.19 MiB  30.6 MiB  ← peak
layer2            Bottleneck ×4     512×28×28  4.65 MiB  40.2 MiB  6.13 MiB  22.2 MiB
layer3            Bottleneck ×6    1024×14×14  27.1 MiB  28.5 MiB  3.06 MiB  15.8 MiB
layer4            Bottleneck ×3      2048×7×7  57.1 MiB  7.94 MiB  1.53 MiB  4.49 MiB
global_avg_pool1  global_avg_pool        2048            8.00 KiB   400 KiB  8.00 KiB
fc                dense                  1000  7.82 MiB  3.91 KiB  11.9 KiB
resnet50 · dialect torch · batch 1 · fp32
inference: 107 MiB = 97.5 MiB weights + 208 KiB buffers + 9.19 MiB peak at layer1.0.shortcut.norm
alive at the peak: layer1.0.main.norm 3.06 MiB, layer1.0.shortcut 3.06 MiB, layer1.0.shortcut.norm 3.06 MiB
no other order has a lower peak
training with momentum: 375 MiB = 97.5 MiB weights + 97.5 MiB gradients + 97.5 MiB momentum + 208 KiB buffers + 82.1 MiB kept activations
live: what a layer reads and writes, and what waits for later layers; without the workspace of kernels
"""


drawing = pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs matplotlib")


@pytest.mark.slow
@drawing
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_timeline_is_drawn_and_comes_out_alike(run, tmp_path, ending):
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]

    for file in files:
        assert run("memory", LENET, "--inplace", "--fits", "1MiB", "--plot", str(file))[0] == 0

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size > 5000


@drawing
def test_the_timeline_names_the_peak_and_what_there_is(tmp_path):
    net = cnncalc.load(RESNET)

    cnncalc.plot(net, "memory", tmp_path / "a.svg", batch=2, inplace=True, fold_norm=True, fits="20MiB", flash="1GiB")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")

    for words in ("layer1.0.shortcut 13.8 MiB", "batch 2 · fp32 · in place · norms folded", "20.0 MiB to fit into", "layer4"):
        assert words in drawn


@drawing
def test_what_the_weights_leave(tmp_path):
    cnncalc.plot(cnncalc.load(RESNET), "memory", tmp_path / "a.svg", fits="50MiB")

    assert "0 B: what the weights leave" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.skipif(find_spec("matplotlib") is not None, reason="matplotlib is there")
def test_without_matplotlib_drawing_says_what_is_missing(tmp_path):
    with pytest.raises(UsageError, match=r"a picture needs matplotlib, which is not installed"):
        cnncalc.plot(cnncalc.load(LENET), "memory", tmp_path / "a.svg")


@pytest.mark.parametrize("width", [100, 80, 56, 40, 20])
def test_the_peak_is_marked_however_narrow_the_terminal_is(run, width):
    shown = run("memory", LENET, "--format", "rich", "--color", "never", "--width", str(width))[1]

    assert len([line for line in shown.splitlines() if "←" in line]) == 1
    assert ("← peak" in shown) or width < 40
