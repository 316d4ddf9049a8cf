"""`cnncalc export`: the command, files, and what model files become."""

import json
from pathlib import Path

import pytest

SPEC = "name: net\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 4, kernel: 3}\n"


@pytest.fixture(autouse=True)
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")


def test_it_is_printed_or_written_and_nothing_is_overwritten(cnncalc, tmp_path):
    printed = cnncalc("export", "net.yaml", "--to", "torch")
    assert (printed.code, "class Net(nn.Module):" in printed.out) == (0, True)

    dash = cnncalc("export", "net.yaml", "--to", "torch", "-o", "-")
    assert (dash.code, dash.out, (tmp_path / "-").exists()) == (0, printed.out, False)
    assert cnncalc("export", "net.yaml", "--to", "torch", "-o", "net.py").code == 0
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == printed.out
    again = cnncalc("export", "net.yaml", "--to", "keras", "-o", "net.py")
    assert (again.code, "--overwrite replaces it" in again.err) == (2, True)
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == printed.out
    assert cnncalc("export", "net.yaml", "--to", "keras", "-o", "net.py", "--overwrite").code == 0
    assert "def net() -> keras.Model:" in (tmp_path / "net.py").read_text(encoding="utf-8")


def test_an_unknown_target_and_a_layer_that_cannot_be_said(cnncalc, tmp_path):
    unknown = cnncalc("export", "net.yaml", "--to", "torhc")
    assert (unknown.code, unknown.err) == (2, "cnncalc: there is no target `torhc` (did you mean `torch`?)\n")

    (tmp_path / "net.yaml").write_text(f"{SPEC}  - opaque: {{output: {{features: 2}}}}\n", encoding="utf-8")
    refused = cnncalc("export", "net.yaml", "--to", "torch", "-o", "net.py")
    assert refused.code == 1
    assert "error[E801]: `opaque1` (opaque): what it computes is not known\n  --> net.yaml:5:5" in refused.err
    assert not (tmp_path / "net.py").exists()


def test_a_file_that_is_no_text_is_written_with_the_options_of_its_target(cnncalc, tmp_path):
    printed = cnncalc("export", "net.yaml", "--to", "onnx")
    assert (printed.code, printed.err) == (2, "cnncalc: `--to onnx` makes no text (-o FILE.onnx writes it into a file)\n")

    sizes = []
    for options in ([], ["--weights", "zeros"], ["--weights", "random", "--seed", "7"], ["--batch", "n"]):
        done = cnncalc("export", "net.yaml", "--to", "onnx", "-o", "net.onnx", *options, *(["--overwrite"] if sizes else []))
        assert (done.code, done.err) == (0, "wrote net.onnx\n")
        sizes.append((tmp_path / "net.onnx").stat().st_size)
    assert sizes[1] == sizes[2] > sizes[0]
    assert "net · dialect onnx · 112 params" in cnncalc("shapes", "net.onnx").out
    assert cnncalc("export", "net.yaml", "--to", "onnx", "-o", "net.onnx").code == 2


@pytest.mark.parametrize(
    ("to", "options", "message"),
    [
        ("torch", ["--seed", "1"], "`--to torch` takes no --seed"),
        ("keras", ["--weights", "zeros"], "`--to keras` takes no --weights"),
        ("onnx", ["--seed", "3"], "--seed says how random weights are drawn, and there are none (--weights random draws them)"),
        ("onnx", ["-o", "net.py"], "`--to onnx` makes no .py, got net.py (-o FILE.onnx, or --to keras)"),
        ("keras", ["-o", "net.onnx"], "`--to keras` makes no .onnx, got net.onnx (-o FILE.py, or --to onnx)"),
        ("torch", ["-o", "net.mmd"], "`--to torch` makes no .mmd, got net.mmd (-o FILE.py, or --to mermaid)"),
        ("onnx", ["-o", "-"], "`--to onnx` makes no text (-o FILE.onnx writes it into a file)"),
        ("onnx", ["--weights", "ones"], "--weights must be one of none, zeros, random, got 'ones'"),
        ("onnx", ["--batch", "0"], "--batch must be a number from 1, or a name, got '0'"),
        ("onnx", ["--batch", "a b"], "--batch must be a number from 1, or a name, got 'a b'"),
    ],
)
def test_an_option_that_a_target_does_not_have(cnncalc, tmp_path, to, options, message):
    done = cnncalc("export", "net.yaml", "--to", to, "-o", "net.out", *options)
    assert (done.code, done.err, sorted(path.name for path in tmp_path.iterdir())) == (2, f"cnncalc: {message}\n", ["net.yaml"])


def test_settings_and_sizes_are_those_of_the_code(cnncalc, tmp_path):
    (tmp_path / "net.yaml").write_text("vars: {w: 4}\ninput: {channels: 3, size: [8, 8]}\nlayers: [conv: {filters: $w, kernel: 3}, flatten, dense: 2]\n",
                                       encoding="utf-8")  # fmt: skip
    text = cnncalc("export", "net.yaml", "--to", "torch", "--set", "w=6", "--size", "10,10").out

    fully = "vars: {w: 4}\ninput: {channels: 3, size: [8, 8]}\nlayers: [conv: {filters: $w, kernel: 3}, global_avg_pool, dense: 2]\n"
    (tmp_path / "fully.yaml").write_text(fully, encoding="utf-8")
    assert "def __init__(self, w: int = 6) -> None:" in cnncalc("export", "fully.yaml", "--to", "torch", "--set", "w=6", "--size", "10,10").out
    # w enters what is flattened, which is a number in the code: it is no argument.
    assert "def __init__(self) -> None:" in text
    assert "self.conv1 = nn.Conv2d(3, 6, 3)" in text
    assert "self.dense1 = nn.Linear(384, 2)" in text


def test_the_page_has_the_figures_of_what_was_run():
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    figures = []
    for target in ("torch", "keras", "onnx"):
        answers = json.loads((Path(__file__).parent / "data" / f"{target}.json").read_text(encoding="utf-8"))
        run = [answer for answer in answers.values() if "refused" not in answer]
        figures.append((len(run), sum(answer["layers"] for answer in run)))
    [(networks, outputs), (others, more), (files, values)] = figures

    assert f"PyTorch: {networks} networks and\n{outputs:,} outputs of layers, Keras: {others} networks and {more:,} outputs," in page
    ran = sum("ran" in answer for answer in answers.values())
    assert f"ONNX: {files} networks pass its checker in full" in page
    assert f"the shapes of {values:,} outputs" in page
    assert f"{ran} small ones were run" in page


def test_the_file_of_the_page_is_what_is_exported(cnncalc, tmp_path):
    data = Path(__file__).parents[2] / "docs" / "data"
    assert cnncalc("export", str(data / "mobile.yaml"), "--to", "onnx", "-o", "mobile.onnx").code == 0
    assert (tmp_path / "mobile.onnx").read_bytes() == (data / "mobile.onnx").read_bytes()


def test_the_blocks_of_a_model_file_are_those_that_convert_finds(cnncalc, tmp_path):
    layer = "[convolutional]\nbatch_normalize=1\nfilters={n}\nsize=3\nstride=1\npad=1\nactivation=leaky\n"
    shortcut = "[shortcut]\nfrom=-3\nactivation=linear\n"
    pair = layer.format(n=8) + layer.format(n=16) + shortcut
    (tmp_path / "net.cfg").write_text("[net]\nheight=32\nwidth=32\nchannels=3\n" + layer.format(n=16) + pair * 3, encoding="utf-8")
    text = cnncalc("export", "net.cfg", "--to", "torch").out

    assert text.count("(nn.Module):") == 2
    assert "nn.Sequential(" in text
