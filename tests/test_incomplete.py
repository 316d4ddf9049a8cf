"""What ends at a layer that cannot be applied says so, in every table and in every format."""

import inspect
import json

import pytest

from cnncalc import registry

# Case: three by three of stride 2 make 55 of 112, which cannot be added to 112.
BROKEN = """\
cnncalc: 1
dialect: torch
input: {channels: 3, size: [224, 224]}
layers:
  - conv: {filters: 64, kernel: 7, stride: 2, padding: 3, name: a}
  - conv: {filters: 64, kernel: 3, padding: 1}
  - max_pool: {size: 3, stride: 2}
  - add: [prev, a]
  - global_avg_pool
  - dense: 1000
"""
MACS = 112 * 112 * 64 * (3 * 49 + 64 * 9)

# All values of options that make a table of another kind.
CHOICES = {
    "by": {"params": ("block", "op", "depth"), "top": ("macs", "params", "activation")},
    "convention": {"macs": ("all", *(name.replace("_", "-") for name in registry.names("counters")))},
    "optimizer": {None: ("sgd", "adam")},
    "fits": {None: ("1KiB", "1GiB")},
    "project": {None: ("3,3",)},
    # Of padding it goes with --across.
    "layer": {None: ("a",), "padding": ()},
    "unit": {None: ("3,3",)},
    "object_size": {None: ("9,9",)},
    "top": {None: ("2",)},
    "count": {None: ("2",)},
}
ANALYSES = [name for name in registry.names("analyzers") if name != "inputs"]


def variations():
    """Each analysis as it is, and with each option that it takes on its own; then with the rows folded."""
    for name in ANALYSES:
        yield (name,)
        for option, parameter in list(inspect.signature(registry.load("analyzers", name).analyze).parameters.items())[1:]:
            flag = f"--{option.rstrip('_').replace('_', '-')}"
            known = CHOICES.get(option, {})
            yield from ((name, flag, value) for value in known.get(name, known.get(None, ())))
            if parameter.default is False and option != "why":  # that is of one convention
                yield (name, flag)
        yield from ((name, *looks) for looks in (("--depth", "1"), ("--expand",), ("--columns", "layer")))
    yield ("macs", "--convention", "all", "--batch", "4")
    yield ("padding", "--across", "--layer", "a")
    yield ("receptive-field", "--layer", "a", "--unit", "3,3")


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "net.yaml").write_text(BROKEN, encoding="utf-8")
    return str(tmp_path / "net.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("args", list(variations()), ids=" ".join)
def test_the_mark_is_in_every_table(cnncalc, broken, args):
    command = (args[0].replace("_", "-"), broken, *args[1:])
    if "--columns" not in args or args[0] != "macs":
        for form in ("text", "markdown", "html", "latex"):
            done = cnncalc(*command, "--format", form)
            assert (done.code, "incomplete" in done.out) == (1, True), form
            assert "add1 (add): E306" in done.out.replace("\\_", "_").replace("\\", "")

    document = json.loads(cnncalc(*command, "--format", "json").out)
    assert document["failed"] == {"layer": "add1", "op": "add", "code": "E306"}


def test_all_conventions_count_what_there_is(cnncalc, broken):
    done = cnncalc("macs", broken, "--convention", "all")
    document = json.loads(cnncalc("macs", broken, "--convention", "all", "--format", "json").out)

    assert document["conventions"][0]["total"] == MACS == 580_435_968
    assert done.out.split("\n")[-4:-1] == [
        "✗ add1 (add): E306, given max_pool1 64×55×55, a 64×112×112",
        "net · batch 1 · incomplete",
        "difference: to MACs, of flops that count 2 for each to 2 × MACs; --convention NAME --why says why",
    ]
