"""What others have published: every row of `data/rf_tables.csv` whose network is in specs/ comes out.

Rows of networks that no spec has are listed in `tables.NOT_IN_SPECS`, and rows that are wrong in
`WRONG`, with what was measured instead; nothing else is left out, which a test counts.
"""

import re
from collections import Counter
from fractions import Fraction
from typing import NamedTuple

import pytest

import cnncalc
from cnncalc.receptive_field import feasible_sizes
from cnncalc.receptive_field.exact import find, find_seen
from cnncalc.receptive_field.merges import ALIGNED, MISMATCH, OFFSET
from cnncalc.receptive_field.survey import Survey

from .tables import LAYERS, NOT_IN_SPECS, README_LAYERS, network, networks, rows, spec, unet

pytestmark = pytest.mark.slow

TF = ("google", "distill")
FRAMEWORKS = ("torchvision", "timm", "keras")


class Measured(NamedTuple):
    """What a row should say: measured on the network itself, and how."""

    says: dict
    how: str


WRONG = {
    # Merges: how many are misaligned depends on the order in which up to four maps are added.
    ("timm", "hrnet_w18"): Measured(
        {"rf": "2847", "padding": "1423", "centre": "0", "misaligned": ""},
        "gradient of timm 1.0.31's hrnet_w18 in float64, all weights equal, at 32×4096: unit 64 sees 625 to "
        "3471, unit 66 689 to 3535, without holes. The row adds up envelopes of strides that are fractions.",
    ),
    ("unet-study", "U-Net depth4 k7"): Measured(
        {"rf": "580"},
        "gradient of the same network in one dimension in PyTorch 2.13: at 1152 pixels units see 564 to 580, "
        "at the 576 of the study no more than 570, because the image ends there.",
    ),
}


@pytest.fixture(scope="module")
def surveys():
    """Each network is looked at once for all of its rows."""
    known = {}

    def of(source, name, size=None):
        key = (source, name, size)
        if key not in known:
            known[key] = Survey(network(*key))
        return known[key]

    return of


def axes(survey, layer=None):
    """The fields of a layer, or of the network, along all axes, and the layer."""
    if layer is None:
        index, source = survey.of_network()
    else:
        index = find(survey.network, layer)
        source = next(iter(survey.views[index]))
    return index, source, survey.views[index][source]


def wanted(row, key):
    """What a row says, or what it should."""
    return WRONG[row.source, row.network].says.get(key, getattr(row, key)) if is_wrong(row) else getattr(row, key)


def is_wrong(row):
    return (row.source, row.network) in WRONG


def per_axis(text, rank):
    """`7×5` or `7` as a number for each axis."""
    parts = [int(part) for part in text.split("×")]
    return parts * rank if len(parts) == 1 else parts


def agrees(row, survey, layer=None, *, padding=True):
    """What the row says of size, stride, padding, centre, shortest path and merges is so."""
    index, source, views = axes(survey, layer)
    fields = [view.field for view in views]
    if rf := wanted(row, "rf"):
        assert [field.size for field in fields] == per_axis(rf, len(fields)), row.where
    for field in fields:
        if row.stride:
            assert field.stride == int(row.stride), row.where
        if padding and row.padding:
            assert field.padding == int(wanted(row, "padding")), row.where
        if row.centre:
            assert field.centre == Fraction(wanted(row, "centre")), row.where
    if row.shortest:
        assert {view.field.size for view in survey.shortest[index][source]} == {int(row.shortest)}, row.where
    if misaligned := wanted(row, "misaligned"):
        found = {meeting.node for meeting in survey.meetings if meeting.kind != ALIGNED and meeting.node <= index}
        assert len(found) == int(misaligned), row.where
    if row.note == "global":
        assert all(view.whole for view in views), row.where


# Google's and Distill's tables, of TF-Slim -----------------------------------------------------------------


def endpoint(row):
    """What our specs call an endpoint of TF-Slim: names have no slash, and repetitions are numbered."""
    if row.endpoint == "final":
        return None
    if stacked := re.fullmatch(r"conv\d/(conv\d)_(\d)", row.endpoint):
        return f"{stacked[1]}.{int(stacked[2]) - 1}"
    if row.network == "inception_v4" and (mixed := re.fullmatch(r"(Mixed_\d)([b-h])", row.endpoint)):
        return f"{mixed[1]}.{'bcdefgh'.index(mixed[2])}"
    return row.endpoint.removesuffix("_pointwise")


@pytest.mark.parametrize(("source", "name"), networks(*TF))
def test_tf_slim(surveys, source, name):
    ours = [row for row in rows(source) if row.network == name]
    for row in ours:
        if row.size or source == "distill":
            agrees(row, surveys("google", name, int(row.size or 224)), endpoint(row))
            continue
        # Without a size the padding is that of every size, or undefined.
        even, odd = (surveys("google", name, size) for size in (224, 321))
        for survey in (even, odd):
            agrees(row, survey, endpoint(row), padding=row.padding != "undefined")
        if row.padding == "undefined":
            found = [axes(survey, endpoint(row))[2] for survey in (even, odd)]
            assert all(a.field.padding != b.field.padding for a, b in zip(*found, strict=True)), row.where


def test_both_tables_are_whole():
    counted = Counter(row.network for row in rows("google"))
    assert counted.total() == 561
    assert set(counted) >= {row.network for row in rows("distill")}
    assert len(rows("distill")) == 12


# Google's own tests ----------------------------------------------------------------------------------------

# A size at which the branches end up alike where the source leaves it open.
SIZES = {"test_network_1": 16, "test_network_2": 16, "test_network_3": 8, "test_network_4": 9, "test_network_5": 17,
         "test_network_8": 32}  # fmt: skip


@pytest.mark.parametrize("row", rows("google tests"), ids=lambda row: row.where)
def test_the_networks_of_googles_tests(surveys, row):
    survey = surveys("google tests", row.network, int(row.size or SIZES[row.network]))
    kinds = {meeting.kind for meeting in survey.meetings}
    if row.note == "misaligned":
        assert kinds <= {OFFSET, MISMATCH}
        assert kinds
        return
    agrees(row, survey, padding=row.padding != "undefined")
    assert kinds <= {ALIGNED}
    if row.padding == "undefined":
        other = surveys("google tests", row.network, 8)
        assert axes(other)[2][0].field.padding != axes(survey)[2][0].field.padding


# torchvision, timm, Keras ----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in rows(*FRAMEWORKS) if (row.source, row.network) not in NOT_IN_SPECS],
                         ids=lambda row: row.where)  # fmt: skip
def test_models_of_frameworks(surveys, row):
    survey = surveys(row.source, row.network, int(row.size))
    agrees(row, survey, LAYERS.get((row.source, row.network)))


def test_nothing_is_left_out_in_silence():
    assert len(rows()) == 684
    assert {(row.source, row.network) for row in rows()} >= NOT_IN_SPECS
    assert sum((row.source, row.network) in NOT_IN_SPECS for row in rows()) == len(NOT_IN_SPECS) == 5
    assert set(WRONG) <= {(row.source, row.network) for row in rows()}


@pytest.mark.parametrize("name", [name for _, name in WRONG])
def test_rows_that_are_wrong_say_something_else(name):
    (row,) = (row for row in rows() if row.network == name)
    for key, value in WRONG[row.source, name].says.items():
        assert getattr(row, key) != value


# The U-Nets of a study -------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("unet-study"), ids=lambda row: row.network)
def test_u_nets(row):
    depth, kernel = map(int, re.fullmatch(r"U-Net depth(\d) k(\d)", row.network).groups())
    _, _, views = axes(Survey(unet(depth, kernel, int(row.size))))
    for view in views:
        assert view.field.sizes == (int(row.least), int(wanted(row, "rf")))
        assert view.field.stride == int(row.stride)


def test_at_its_size_the_study_saw_the_end_of_the_image():
    (row,) = (row for row in rows("unet-study") if row.network == "U-Net depth4 k7")
    line = unet(4, 7, [int(row.size)])
    index = find(line, "output")
    middle = int(row.size) // 2
    # The sizes repeat with the 16 pixels of the lowest level.
    boxes = [find_seen(line, index, (u,))["input"].box[0] for u in range(middle - 16, middle + 16)]
    assert max(last - first + 1 for first, last in boxes) == int(row.rf) == 570


# Input sizes that suit a network ---------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in rows("toolbox") if not row.note], ids=lambda row: row.where)
def test_feasible_sizes(surveys, row):
    survey = surveys("toolbox", row.network)
    found = [feasible_sizes.feasible(survey.network, survey.views, survey.shortest, "input", axis) for axis in (0, 1)]
    assert [one.least for one in found] == per_axis(row.least, 2)
    assert [one.most for one in found] == per_axis(row.rf, 2)


def test_the_least_size_at_which_every_convolution_adds_something():
    (row,) = (row for row in rows("toolbox") if row.note == "lower bound")
    # The softmax behind the convolutions is what makes it 13 otherwise.
    survey = Survey(cnncalc.loads(spec("  - conv: {filters: 1, kernel: 3, padding: same, repeat: 6}", 64)))
    found = feasible_sizes.feasible(survey.network, survey.views, survey.shortest, "input", 0)
    assert found == (int(row.least), int(row.rf)) == (11, 13)


def test_a_kernel_is_measured_in_whole_elements_of_the_input():
    # Between two elements of the input stand three of the map: one of 3 taps needs an input of two, of 4 too, of 5 three.
    for kernel, least in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 3)):
        survey = Survey(cnncalc.loads(spec(f"  - upsample: 2\n  - conv: {{filters: 1, kernel: {kernel}, padding: same}}", 8)))
        found = feasible_sizes.feasible(survey.network, survey.views, survey.shortest, "input", 0)
        assert found.least == least, kernel


# Heads of a detector, and a README -------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("s3fd"), ids=lambda row: row.endpoint)
def test_heads_of_s3fd(surveys, row):
    agrees(row, surveys("s3fd", row.network), row.endpoint.replace(" head", ".head"))


@pytest.mark.parametrize("row", rows("fangyh09"), ids=lambda row: row.endpoint)
def test_the_example_of_a_readme(surveys, row):
    agrees(row, surveys("fangyh09", row.network), README_LAYERS[int(row.endpoint.split()[1])])
