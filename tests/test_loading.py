"""What `load` and `loads` raise: the findings with the fixes that the command line shows."""

import pytest

import cnncalc
from cnncalc.check.judge import judge_source
from cnncalc.errors import Source
from cnncalc.input_sizes import advice

HALVED = """\
input: {channels: 4, size: [30, 30]}
layers:
  - max_pool: {size: 2, name: half}
  - max_pool: {size: 2, name: quarter}
  - upsample: 2
  - add: [prev, half]
"""
SMALL = """\
input: {channels: 4, size: [8, 8]}
layers:
  - conv: {filters: 4, kernel: 5, repeat: 3}
"""


@pytest.mark.parametrize(("text", "fix"), [
    (HALVED, "or at most 1 more: 29 or 32 instead of 30"),
    # A kernel of 5 takes four elements away, three times.
    (SMALL, "an input of at least 13 instead of 8"),
    # What has no sizes in its fix.
    (SMALL.replace("filters: 4, kernel: 5", "filter: 4"), "did you mean `filters`?"),
])  # fmt: skip
def test_the_fix_is_that_of_the_command_line(text, fix):
    with pytest.raises(cnncalc.SpecError) as raised:
        cnncalc.loads(text, name="net.yaml")

    found = judge_source(Source("net.yaml", text)).findings
    assert fix in found[0].help
    assert [f.help for f in raised.value.diagnostics] == [f.help for f in found]
    assert str(raised.value).splitlines()[:2] == [str(raised.value.diagnostics[0]), f"  = help: {found[0].help}"]


def test_a_size_may_be_a_number_where_there_is_one_axis():
    text = "input: {channels: 1, size: [9]}\nlayers: [relu]\n"
    assert [cnncalc.loads(text, size=size).nodes[-1].output.size for size in (7, [7], (7,))] == [(7,)] * 3
    with pytest.raises(cnncalc.UsageError, match="has 2 axes, got 1"):
        cnncalc.loads(HALVED, size=7)


def test_sizes_are_looked_for_when_somebody_looks(monkeypatch):
    calls = []
    add_sizes = advice.add_sizes
    monkeypatch.setattr(advice, "add_sizes", lambda *given: calls.append(given) or add_sizes(*given))

    with pytest.raises(cnncalc.SpecError) as raised:
        cnncalc.loads(HALVED, size=[26, 26])
    assert calls == []
    assert "25 or 28 instead of 26" in str(raised.value)
    assert "25 or 28 instead of 26" in raised.value.diagnostics[0].help
    assert len(calls) == 1
