"""A finding that only a variant has says so."""

from cnncalc.check.judge import Task, judge_file
from cnncalc.language.source import Origin

SPEC = """\
name: net
vars: {stride: 2, biased: false}
input: {channels: 3, size: [32, 32]}
layers:
  - conv: {filters: 4, kernel: 2, stride: $stride, bias: $biased}
  - batch_norm
variants:
  - set: {biased: true}
    name: with_bias
"""


def test_what_only_a_variant_has_is_said_of_it():
    checked = judge_file(Task(Origin("-"), data=SPEC.encode()))
    [finding] = [finding for verdict in checked.verdicts for finding in verdict.findings]

    assert finding.message.startswith("with_bias: ")
    whole = judge_file(Task(Origin("-"), data=SPEC.replace("biased: false", "biased: true").encode()))
    [other] = [finding for verdict in whole.verdicts for finding in verdict.findings]
    assert other.message == finding.message.removeprefix("with_bias: ")
