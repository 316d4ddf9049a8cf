"""What a user sees of a bad spec: every finding at its place, none that echoes another.

Each `bad/NAME.yaml` holds a typical mistake. The table says what must be found and where; what is
printed for it stands in `bad/NAME.txt`, to be written anew by `pytest tests/test_bad_specs.py --update`.
"""

import re
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent
FOUND = {
    "activations": ["E102 3:48", "E102 3:60", "E104 4:48", "E104 4:64", "E102 5:48"],
    "add-after-upsample": ["E306 8:10"],
    "alias": ["E005 3:11"],
    "attention-heads": ["E304 3:35"],
    "axes": ["E302 3:5", "E302 4:33", "E302 5:5"],
    "bare-expression": ["E104 4:21", "E104 5:21", "E401 6:21"],
    "bidirectional": ["E102 4:5"],
    "block-arguments": ["E401 7:25", "E106 9:5", "E103 10:27", "E205 11:5"],
    "block-in-itself": ["E206 6:9"],
    "block-inputs": ["E207 11:5"],
    "block-lowercase": ["E211 3:3"],
    "blocks": ["E101 4:5", "E101 6:11", "E104 8:25", "E103 10:5", "E103 12:11", "E104 13:11", "E205 14:5", "E102 15:5"],
    "budgets": ["X503 6:18", "X503 6:28", "X503 6:50"],
    "bytes-of-a-count": ["E104 3:18", "E104 3:28", "E104 5:54"],
    "call-syntax": ["E102 3:5", "E102 4:5"],
    "checks-misplaced": ["E103 3:36", "E103 3:67", "E103 4:10", "E104 5:18"],
    "comma-in-expression": ["E404 4:21"],
    "concat-vector-and-map": ["E305 6:13"],
    "conv-after-flatten": ["E303 4:5"],
    "crop-and-pad": ["E311 3:18", "E104 4:19", "E103 5:11", "E002 5:14", "E106 6:5", "E106 7:5", "E103 7:14"],
    "crop-too-large": ["E311 5:5", "E106 6:5"],
    "defaults": ["E102 3:3", "E103 4:10", "E102 5:3", "E101 6:10"],
    "dense-on-a-map": ["E307 5:5"],
    "detector-channels": ["E311 4:38"],
    "dialects": ["E104 1:10"],
    "dilated-kernel-too-large": ["E301 3:33"],
    "dilation-of-keras": ["E308 4:57", "E308 5:45"],
    "divides": ["E304 3:44", "E304 4:26", "E304 5:35", "E304 6:31", "E304 7:29"],
    "dollar-brace": ["E001 4:22"],
    "dollar-brace-block": ["E407 5:16"],
    "embedding-on-an-image": ["E303 3:5"],
    "empty-layers": ["E101 2:8"],
    "expectations": ["X501 3:103", "X501 3:113", "X501 7:11", "X501 8:9", "X501 9:10", "X501 10:20", "X501 11:22"],
    "expectations-of-a-layer": ["E103 4:44", "E101 5:43", "E103 6:10", "E101 6:28", "E104 6:45"],
    "expressions": [
        "E402 4:21", "E401 5:21", "E406 6:21", "E402 7:21", "E406 8:21", "E402 9:21", "E405 10:21", "E402 11:21",
        "E402 12:21", "E401 13:21",
    ],
    "expressions-as-typed": ["E402 4:21", "E104 5:21", "E402 6:21", "E402 7:21", "E401 10:21", "E104 11:21", "E104 12:43"],
    "file-keys": ["E109 1:10", "E103 2:1", "E103 3:1", "E103 5:1"],
    "flatten-then-conv": ["E303 3:5"],
    "flow-and-quotes": [
        "E104 3:21", "E104 3:34", "E102 4:5", "E104 5:11", "E104 6:11", "E104 7:11", "E104 8:15", "E104 9:12",
        "E108 10:5", "E108 11:5", "E108 12:5",
    ],
    "flow-cut": ["E001 4:29"],
    "forward-reference": ["E201 5:14"],
    "fractions": ["E405 7:25"],
    "group-norm-in-a-conv": ["E304 2:73"],
    "groups": ["E304 3:44", "E304 4:57", "E304 5:39"],
    "groups-and-tuples": ["E304 3:44", "E104 4:15"],
    "image-as-height-and-width": ["E110 1:22"],
    "image-as-list": ["E110 1:8"],
    "image-as-text": ["E110 1:8"],
    "image-misspelt": ["E110 1:9"],
    "indentation": ["E001 7:4"],
    "input-as-torch": ["E110 1:8"],
    "input-of-keras": ["E303 3:5"],
    "input-unknown": ["E104 1:29"],
    "input-with-batch": ["E110 1:9"],
    "input-without-size": ["E110 1:8"],
    "inside-a-block": ["E201 11:30", "E201 12:30"],
    "item-too-far-right": ["E001 4:5"],
    "jinja": ["E009 4:22"],
    "keras-arguments": ["E103 3:41", "E103 3:67", "E103 4:42"],
    "keras-names": ["E102 3:5", "E102 4:5", "E102 5:5", "E102 6:5", "E102 7:5"],
    "kernel-inside-a-block": ["E301 6:37"],
    "keys-beside-the-kind": ["E108 3:5"],
    "keys-not-indented": ["E108 3:5"],
    "keys-of-frameworks": [
        "E103 3:12", "E103 5:12", "E103 6:24", "E103 7:12", "E103 8:16", "E103 9:13", "E103 10:15", "E103 11:16",
        "E103 12:35", "E103 13:35", "E103 14:35",
    ],
    "kind-as-type": ["E108 3:5", "E108 6:5"],
    "lenet": ["E111 3:28", "E103 5:24", "E104 5:44", "E102 6:5", "E002 8:25", "E104 9:33"],
    "merge-in-a-block-twice": ["E306 8:14"],
    "merge-key": ["E006 4:12"],
    "missing-comma": ["E001 3:30"],
    "missing-kernel": ["E106 3:5", "E103 4:25"],
    "names": ["E203 5:31", "E204 6:31", "E204 7:31", "E204 8:31"],
    "no-dashes": ["E101 3:3"],
    "no-dialect": ["E307 3:5"],
    "no-echo": ["E301 4:33", "E301 7:33"],
    "no-fit": ["E301 6:32"],
    "no-input": ["E106 1:1"],
    "no-layers": ["E106 1:1"],
    "no-such-kind": ["E102 4:5"],
    "numbers-as-references": ["E202 6:11", "E202 6:18", "E201 7:11", "E201 7:15", "E201 8:20"],
    "odd-sizes": ["E306 8:10"],
    "odd-sizes-of-a-hourglass": ["E306 10:14"],
    "one-fault-of-several-models": ["E401 1:11", "E103 10:28"],
    "out-of-a-block": ["E201 7:21"],
    "out-of-range": ["E105 3:21", "E105 3:43", "E105 3:55", "E105 4:14"],
    "outputs": ["E201 5:15"],
    "padding-of-a-pool": ["E308 4:45"],
    "padding-pairs": ["E112 3:45", "E302 4:45", "E302 5:45"],
    "padding-same-of-torch": ["E308 4:56"],
    "pooled-away": ["E301 10:5"],
    "pooled-skip": ["E305 6:13"],
    "positional-arguments": ["E104 3:11", "E104 4:12"],
    "python-tuple": ["E104 3:33"],
    "pytorch-as-dialect": ["E104 1:10"],
    "recurrent-on-a-map": ["E302 4:5", "E102 5:5", "E102 6:5"],
    "reshape": ["E311 4:19", "E110 5:19"],
    "residual-add-one": ["E207 4:5", "E207 5:5"],
    "residual-channels": ["E306 7:10"],
    "residual-shrunk": ["E305 6:13"],
    "residual-stride": ["E306 7:17"],
    "residual-without-padding": ["E306 6:10"],
    "resnet": ["E405 16:21", "E404 17:21", "E401 20:16", "E201 22:17"],
    "reuse-misspelt": ["E201 6:20", "E106 7:5", "E106 8:5"],
    "several-models": ["E303 6:9", "E307 11:9"],
    "shape": ["E306 12:14"],
    "shared-weights": ["E310 11:5"],
    "size-of-the-input": ["E110 1:28"],
    "skip-of-odd-size": ["E305 13:13"],
    "space-after-colon": ["E103 3:25"],
    "space-after-dash": ["E001 4:3"],
    "space-after-kind": ["E001 3:30"],
    "tab-indentation": ["E001 3:1"],
    "tag": ["E007 3:21"],
    "text-for-numbers": ["E104 3:21", "E104 3:35", "E104 3:49", "E104 3:61", "E104 4:14"],
    "tokens-without-embedding": ["E303 3:5"],
    "top-level": ["E103 1:1", "E103 2:1", "E103 4:1", "E103 5:1"],
    "torch-arguments": ["E103 3:12", "E103 3:62", "E103 4:18", "E103 6:13"],
    "torch-names": ["E102 3:5", "E102 4:5", "E102 5:5", "E102 6:5", "E102 7:5", "E102 8:5", "E102 10:5"],
    "two-documents": ["E008 4:1"],
    "two-inputs": ["E208 5:5", "E201 6:42"],
    "typos-of-kinds": [
        "E102 3:5", "E102 4:5", "E102 5:5", "E102 6:5", "E102 7:5", "E102 8:5", "E102 9:5", "E102 10:5", "E102 11:5",
        "E102 12:5",
    ],
    "unclosed-brace": ["E001 3:11"],
    "unclosed-quote": ["E001 3:42"],
    "unet-of-an-odd-size": ["E305 13:13"],
    "unknown-numbers": ["X502 5:28", "X502 6:16"],
    "unread-input": ["E210 3:10"],
    "variables": ["E204 1:14", "E204 1:20", "E401 1:36", "E401 2:9", "E104 2:23", "E401 7:12"],
    "variants": ["E304 5:43", "X501 6:18", "X501 8:37"],
    "vars": ["E001 4:22"],
    "wiring": [
        "E201 4:65", "E201 5:14", "E201 6:11", "E201 6:15", "E103 7:14", "E201 8:10", "E202 9:14", "E102 10:5",
        "E207 11:5", "E203 12:41",
    ],
    "words-alike": ["E102 4:5", "E102 5:5", "E106 6:5", "E102 8:5"],
    "words-of-frameworks": [
        "E102 3:5", "E102 4:5", "E102 5:5", "E102 6:5", "E102 7:5", "E102 8:5", "E102 9:5", "E102 10:5", "E102 11:5",
        "E102 12:5", "E102 13:5", "E102 14:5",
    ],
    "wrong-axes": [
        "E302 3:32", "E104 5:38", "E104 6:18", "E302 7:21", "E307 8:5", "E302 9:22", "E304 10:20", "E106 11:5",
        "E104 12:23",
    ],
    "wrong-indentation": ["E001 5:6"],
    "wrong-units": [
        "E104 4:21", "E104 5:32", "E104 6:14", "E105 7:14", "E104 8:15", "E104 9:29", "E104 10:43",
    ],
    "yaml-words": ["E104 3:41", "E104 5:41", "E104 7:21", "E405 8:34", "E104 9:21", "E104 10:21", "E104 11:21"],
}
FRAME = re.compile(r"^error\[(?P<code>\w+)\]: .+\n *--> .+\.yaml(?P<place>:\d+:\d+)?$", re.MULTILINE)


@pytest.fixture
def output(request, monkeypatch, cnncalc):
    """What `cnncalc check` prints for a spec, without its last line, which tells the time it took."""
    name = request.param
    if not yaml.__with_libyaml__ and any(finding.startswith("E001") for finding in FOUND[name]):
        pytest.skip("only libyaml words and places syntax errors as it does")
    monkeypatch.chdir(TESTS)
    ran = cnncalc("check", "--color", "never", f"bad/{name}.yaml")
    assert ran.code == 1
    frames, _, verdict = ran.out.rstrip("\n").rpartition("\n")
    assert re.search(r"failed \(\d+ errors?\)", verdict)
    return name, frames


def test_every_bad_spec_has_its_row_and_its_output():
    for kind in ("yaml", "txt"):
        assert sorted(path.stem for path in TESTS.glob(f"bad/*.{kind}")) == sorted(FOUND)


@pytest.mark.parametrize("output", FOUND, indirect=True)
def test_every_fault_is_found_where_it_is_and_only_once(output):
    name, frames = output
    assert [code + " " + place[1:] for code, place in FRAME.findall(frames)] == FOUND[name]


@pytest.mark.parametrize("output", FOUND, indirect=True)
def test_the_frames_are_those_that_were_judged_good(output, pytestconfig):
    name, frames = output
    golden = TESTS / "bad" / f"{name}.txt"
    if pytestconfig.getoption("update"):
        golden.write_text(frames, encoding="utf-8")
    assert frames == golden.read_text(encoding="utf-8")
