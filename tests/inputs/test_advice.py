"""What a message about sizes says of the input: exactly what `cnncalc inputs` finds for it."""

import json

import pytest

import cnncalc
from cnncalc.errors import UNSOLVED, Source, SpecError
from cnncalc.input_sizes import advice
from cnncalc.input_sizes.advice import add_sizes
from cnncalc.language.build import build
from cnncalc.language.document import Document

UNET = """
dialect: keras
input: {channels: 1, size: [%s]}
defaults: {conv: {kernel: 3, padding: same}, conv_transpose: {kernel: 3, padding: same, strides: 2}}
layers:
  - conv: {filters: 8, name: s0}
  - max_pool: 2
  - conv: {filters: 16, name: s1}
  - max_pool: 2
  - conv: {filters: 32, name: s2}
  - max_pool: 2
  - conv: {filters: 64}
  - conv_transpose: 32
  - concat: [prev, s2]
  - conv_transpose: 16
  - concat: [prev, s1]
  - conv_transpose: 8
  - concat: [prev, s0]
"""


def refusal(text):
    """The error of a spec, before anybody has looked for sizes."""
    with pytest.raises(SpecError) as refused:
        build(Document(Source("<string>", text)))
    return refused.value


def fix(text):
    return add_sizes(refusal(text)).diagnostics[0].help


# 8 pixels more or less are a place more or less behind three pools; 89 is the odd one of 358, 179, 89.
@pytest.mark.parametrize(("size", "said"), [
    ("358, 358", ("`max_pool3` makes 44×44 of 89×89, which is no multiple of its stride 2: "
                 "the size of the input must be a multiple of 8: 352 or 360 instead of 358")),
    ("361, 361", ("`max_pool1` makes 180×180 of 361×361, which is no multiple of its stride 2: "
                 "the size of the input must be a multiple of 8: 360 or 368 instead of 361")),
    ("360, 364", ("`max_pool3` makes 45×45 of 90×91, which is no multiple of its stride 2: "
                 "W of input must be a multiple of 8: 360 or 368 instead of 364")),
    ("358, 364", ("`max_pool3` makes 44×45 of 89×91, which is no multiple of its stride 2: "
                 "H of input must be a multiple of 8: 352 or 360 instead of 358, and "
                 "W of input must be a multiple of 8: 360 or 368 instead of 364")),
])  # fmt: skip
def test_the_layer_that_rounded_and_the_sizes_that_fit(size, said):
    assert fix(UNET % size).startswith(said)


@pytest.mark.parametrize("size", [352, 360])
def test_the_sizes_that_are_named_fit_and_none_between_them_does(size):
    assert cnncalc.loads(UNET % f"{size}, {size}").failures == ()
    for other in range(353, 360):
        assert refusal(UNET % f"{other}, {other}").network.failures


@pytest.fixture
def write(tmp_path):
    def put(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return put


def test_the_sizes_are_those_of_the_command(write, cnncalc):
    path = write("unet.yaml", UNET % "358, 358")
    ran = cnncalc("inputs", path, "--format", "json")

    assert json.loads(ran.out)["axes"][0]["nearest"] == [352, 360]


def test_both_ends_of_the_fix_can_be_written():
    spec = UNET % "358, 358"
    for layer in ("resize", "pad"):
        mended = spec
        for skip in ("s2", "s1", "s0"):
            mended = mended.replace(f"  - concat: [prev, {skip}]", f"  - {layer}: {{like: {skip}}}\n  - concat: [prev, {skip}]")
        assert cnncalc.loads(mended).nodes[-1].output.size == (358, 358)


def test_other_remainders_are_told_as_they_are():
    # 225 is 113 and 57 behind two strides, and 114 again; 224 and 227 are 112 and 114.
    text = ("input: {channels: 3, size: [225, 225]}\ndefaults: {conv: {filters: 8, kernel: 3, stride: 2, padding: half}}\n"
            "layers:\n- conv: {name: a}\n- conv:\n- conv_transpose: {filters: 8, kernel: 2, stride: 2}\n- add: [prev, a]\n")

    assert "must be one of n ≡ 0, 3 (mod 4): 224 or 227 instead of 225" in fix(text)
    for size in (224, 227):
        assert cnncalc.loads(text.replace("225", str(size))).failures == ()


def test_a_remainder_that_is_not_lost_is_allowed():
    text = "input: {channels: 3, size: [100]}\nlayers:\n- max_pool: 2\n- max_pool: {size: 2, name: a}\n- max_pool: 2\n- upsample: 2\n- add: [prev, a]\n"

    assert "must be a multiple of 8, or at most 3 more: 99 or 104 instead of 100" in fix(text)


# 16 pools once more than it can: 1 is left, and 3 does not fit.
# Four strides of 4 and windows of 8 without padding, and their way back: four sizes of every 256 fit.
ENCODER = """
input: {channels: 1, size: [%d]}
dialect: torch
defaults: {conv: {kernel: 8, stride: 4}, conv_transpose: {kernel: 8, stride: 4}}
layers:
  - conv: {filters: 2, name: a}
  - conv: {filters: 2, name: b}
  - conv: {filters: 2, name: c}
  - conv: 2
  - conv_transpose: 2
  - add: [prev, c]
  - conv_transpose: 2
  - add: [prev, b]
  - conv_transpose: 2
  - add: [prev, a]
"""


@pytest.mark.parametrize(("size", "said"), [
    (3000, "the size of the input must be one of n ≡ 84…87 (mod 256), n ≥ 596: 2,903 or 3,156 instead of 3,000"),
    (1_000_000, "(mod 256), n ≥ 596: 999,767 or 1,000,020 instead of 1,000,000"),
    (100, "or an input of at least 596 instead of 100"),
])  # fmt: skip
def test_sizes_of_which_few_fit_are_found(size, said):
    assert said in fix(ENCODER % size)


def test_sizes_of_which_few_fit_do():
    sizes = [n for n in range(590, 1200) if not _is_refused(ENCODER % n)]
    assert sizes == [*range(596, 600), *range(852, 856), *range(1108, 1112)]


def _is_refused(text):
    try:
        cnncalc.loads(text)
    except SpecError:
        return True
    return False


def test_cells_that_do_not_divide():
    text = "input: {channels: 1, size: [45, 44]}\nlayers:\n- space_to_depth: 2\n- pixel_unshuffle: 2\n"
    assert fix(text) == "H of input must be a multiple of 4: 44 or 48 instead of 45; to keep any size, `pad` it to a multiple of 2"


def test_the_least_size_at_which_a_window_fits():
    text = "input: {channels: 3, size: [16, %s]}\nlayers:\n- max_pool: 4\n- max_pool: 4\n- conv: {filters: 8, kernel: 3}\n"

    assert fix(text % 16).endswith("or an input of at least 48 instead of 16")
    assert fix(text % 64).endswith("or an input where H of input is at least 48 instead of 16")
    assert cnncalc.loads((text % 64).replace("[16", "[48")).failures == ()


def test_a_variable_that_is_set_stays_set():
    text = ("vars: {n: 358}\ninput: {channels: 1, size: [$n]}\nlayers:\n- identity: {name: a}\n- max_pool: $(4 if n > 8 else 2)\n"
            "- upsample: $(4 if n > 8 else 2)\n- add: [prev, a]\n")

    assert "must be a multiple of 4: 356 or 360 instead of 358" in fix(text)


def test_one_input_follows_the_other():
    text = "inputs: {a: {channels: 1, size: [9]}, b: {channels: 1, size: [8]}}\nlayers:\n- add: [a, b]\n"

    assert fix(text).startswith("they come from different inputs: L of a must be 8 instead of 9; ")


@pytest.mark.parametrize("text", [
    # A size that is fixed, and a stride that is no rounding.
    "input: {channels: 1, size: [9]}\nlayers:\n- resize: [4]\n- add: [prev, input]\n",
    "input: {channels: 1, size: [9]}\nlayers:\n- max_pool: 3\n- add: [prev, input]\n",
    "input: {channels: 1, size: [9]}\nlayers:\n- nonsense\n",
])  # fmt: skip
def test_what_no_size_repairs_is_left_as_it_is(text):
    error = refusal(text)

    assert add_sizes(error) is error


def test_a_large_network_is_not_kept_waiting(monkeypatch):
    error = refusal(UNET % "358, 358")
    assert add_sizes(error) is not error

    monkeypatch.setattr(advice, "_LAYERS", 3)

    assert add_sizes(error) is error
    assert UNSOLVED in error.diagnostics[0].help


def test_sizes_that_are_asked_for_are_judged(write, cnncalc):
    path = write("unet.yaml", UNET % "352, 352")

    assert "352 or 360 instead of 354" in cnncalc("shapes", path, "--size", "354,354").err
    assert cnncalc("shapes", path, "--size", "360,360").err == ""
