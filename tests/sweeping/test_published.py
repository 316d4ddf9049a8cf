"""The spaces that come along: published tables, setting by setting."""

from pathlib import Path

import pytest

import cnncalc

SPACES = Path(__file__).parent.parent.parent / "specs/spaces"

# TensorFlow's checkpoints of MobileNetV2: millions of MACs and parameters, cut off; norms are left out of the table.
# Source: tensorflow/models, research/slim/nets/mobilenet/README.md.
CHECKPOINTS = {
    1.4: ("6.06", {224: 582}), 1.3: ("5.34", {224: 509}),
    1.0: ("3.47", {224: 300, 192: 221, 160: 154, 128: 99, 96: 56}), 0.75: ("2.61", {224: 209, 192: 153, 160: 107, 128: 69, 96: 39}),
    0.5: ("1.95", {224: 97, 192: 71, 160: 50, 128: 32, 96: 18}), 0.35: ("1.66", {224: 59, 192: 43, 160: 30, 128: 20, 96: 11}),
}  # fmt: skip


def test_the_22_checkpoints_of_mobilenet_v2():
    settings = [{"w": w, "res": res} for w, (_, macs) in CHECKPOINTS.items() for res in macs]
    found = list(
        cnncalc.sweep(SPACES / "mobilenet_v2.yaml", settings, set={"norm": "none", "classes": 1001})
    )
    assert len(found) == 22
    for row in found:
        params, macs = CHECKPOINTS[row["w"]]
        assert f"{row['params'] / 1e6:.2f}" == params
        assert row["macs"] // 10**6 == macs[row["res"]]


# torchvision's metadata of published weights: parameters, and GMACs with two or three decimals.
EFFICIENTNET = [
    (5288548, 0.386), (7794184, 0.687), (9109994, 1.088), (12233232, 1.827), (19341616, 4.394), (30389784, 10.266),
    (43040704, 19.068), (66347960, 37.746),
]  # fmt: skip


def test_efficientnet_b0_to_b7():
    found = list(cnncalc.sweep(SPACES / "efficientnet.yaml", metrics="params,macs"))
    assert [row["params"] for row in found] == [params for params, _ in EFFICIENTNET]
    assert [round(row["macs"] / 1e9, 3) for row in found] == [gmacs for _, gmacs in EFFICIENTNET]


@pytest.mark.parametrize(
    ("setting", "params", "gmacs"),
    [
        ({"blocks": [2, 2, 2, 2], "bottleneck": 0}, 11689512, 1.814), ({"blocks": [3, 4, 6, 3], "bottleneck": 0}, 21797672, 3.664),
        ({}, 25557032, 4.089), ({"blocks": [3, 4, 23, 3]}, 44549160, 7.801), ({"blocks": [3, 8, 36, 3]}, 60192808, 11.514),
        ({"wide": 2}, 68883240, 11.398), ({"blocks": [3, 4, 23, 3], "wide": 2}, 126886696, 22.753),
    ],
)  # fmt: skip
def test_resnets_of_torchvision(setting, params, gmacs):
    usual = {"blocks": [3, 4, 6, 3], "bottleneck": 1}
    (row,) = cnncalc.sweep(SPACES / "resnet.yaml", [{**usual, **setting}], metrics="params,macs")
    assert row["params"] == params
    assert round(row["macs"] / 1e9, 3) == gmacs


def test_all_that_fits_a_microcontroller_fits_alone():
    names = ("macs", "memory.peak", "memory.flash")
    found = list(cnncalc.sweep(SPACES / "mcu.yaml", budget=True, metrics=names))
    assert 0 < len(found) < 1080
    for row in found[:: len(found) // 10]:
        setting = {name: row[name] for name in ("w", "d", "k", "t", "res")}
        network = cnncalc.load(str(SPACES / "mcu.yaml"), set=setting)
        memory = cnncalc.analyze(network, "memory", dtype="int8", fold_norm=True)
        assert row["macs"] == network.macs.value <= 60_000_000
        assert row["memory.peak"] == memory.totals["peak"] <= 256 * 1024
        assert row["memory.flash"] == memory.totals["weight_bytes"] + memory.totals["buffer_bytes"] <= 1024**2
