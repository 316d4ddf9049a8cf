"""What every formula keeps to: its manual, its examples, and one computation for value and working."""

import csv
import io
import itertools
import json
import re
import shlex

import pytest

from cnncalc import UsageError, calculate
from cnncalc.calculator.calculate import Result
from cnncalc.calculator.formula import TOPICS, Formula, find, load, names
from cnncalc.calculator.kinds import from_text
from cnncalc.calculator.question import accept, aliases, summary
from cnncalc.layers.base.key_types import FLAG, REQUIRED
from cnncalc.working.notation import latex_name
from cnncalc.working.steps import PLAIN, Working
from cnncalc.working.values import plain

FORMULAS = {name: load(name) for name in names()}
EXAMPLES = [example for formula in FORMULAS.values() for example in formula.examples]
FORMATS = ("text", "json", "csv", "markdown", "latex", "html")


def answer(example):
    """The result of an example as a program would ask for it: inputs as plain data."""
    first, *arguments = shlex.split(example)
    word = f"{first} {arguments.pop(0)}" if load(first).variants else first
    formula = find(word)
    free = iter(formula.keys)
    inputs = {}
    spellings = {word: key for key in formula.keys for word in (key, *aliases(formula, key))}
    while arguments:
        argument = arguments.pop(0)
        key = argument[2:].replace("-", "_")
        if not argument.startswith("--"):
            key = next(free)
        elif key.removeprefix("no_") in formula.keys and formula.keys[key.removeprefix("no_")].kind is FLAG:
            inputs[key.removeprefix("no_")] = not key.startswith("no_")
            continue
        else:
            argument, key = arguments.pop(0), spellings[key]
        inputs[key] = from_text(argument, formula.keys[key].kind)
    return Result(accept(formula, inputs))


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_says_what_it_is(name):
    formula = FORMULAS[name]

    assert issubclass(formula, Formula)
    assert formula.topic in TOPICS
    assert formula.examples
    assert re.fullmatch(r"[A-Z0-9].{10,}", summary(formula)), "a sentence"
    # Members of a family have their layers' sources.
    assert formula.source or formula.variants
    assert all(declared.help for declared in formula.keys.values())
    assert all(shlex.split(example)[0] == name for example in formula.examples)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_value_is_the_same_with_and_without_its_working(example):
    formula = answer(example)._formula

    assert plain(formula.work(PLAIN)) == plain(formula.work(Working()))


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_document_is_json_and_says_all(example):
    result = answer(example)
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))

    assert document["schema"] == 1
    assert document["formula"] == result.formula
    assert document["value"] == result.value
    assert document["working"]
    assert all(step.keys() >= {"formula", "substituted", "value"} for step in document["working"])
    assert calculate(result.formula, **result.inputs).value == result.value


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.slow
def test_the_examples_run_in_every_format(example, format, cnncalc):
    code, text, errors = cnncalc("calc", *shlex.split(example), "--format", format)

    assert (code, errors) == (0, "")
    result = answer(example)
    if format == "json":
        assert json.loads(text) == json.loads(json.dumps(result.to_dict()))
    elif format == "csv":
        header, *rows = csv.reader(io.StringIO(text))
        assert header == ["section", "name", "formula", "substituted", "value", "unit", "note"]
        assert len(rows) >= len(result.working)
    else:
        assert len(text.splitlines()) > 2


LETTER = re.compile(r"\\(?:text|operatorname)\{[^{}]*\}|\\[A-Za-z]+|\\.|[A-Za-z0-9.,!'()|:/=+<>\[\]{}_^~& -]")


@pytest.mark.parametrize("example", EXAMPLES)
def test_symbols_and_steps_are_valid_in_latex(example):
    result = answer(example)
    section = result.section()
    symbols = [latex_name(step.name) for step in (*section.givens, *section.steps) if step.name]
    formulas = [stage for step in section.steps for stage in step.latex_stages()]

    for written in [*symbols, *formulas]:
        assert not LETTER.sub("", written), f"{written}: signs that TeX does not have in formulas"
        bare = re.sub(r"\\[{}]", "", written)
        assert bare.count("{") == bare.count("}"), written
        assert written.count(r"\left") == written.count(r"\right"), written


def test_every_formula_is_listed_under_its_topic(cnncalc):
    code, listed, _ = cnncalc("calc")

    assert code == 0
    assert all(re.search(rf"^  {name} +\S", listed, re.MULTILINE) for name in FORMULAS)
    assert [line for line in listed.splitlines() if line in TOPICS] == [
        topic for topic in TOPICS if any(formula.topic == topic for formula in FORMULAS.values())
    ]


@pytest.mark.parametrize(("said", "params"), [
    ("", 224), ("--bias", 224), ("--no-bias", 216),
    ("--bias true", 224), ("--bias yes", 224), ("--bias on", 224), ("--bias 1", 224), ("--bias=True", 224),
    ("--bias false", 216), ("--bias no", 216), ("--bias off", 216), ("--bias 0", 216), ("--bias=FALSE", 216),
    ("--use-bias false", 216), ("--no-bias true", 216), ("--no-bias false", 224), ("--no-bias=false", 224),
])  # fmt: skip
def test_a_flag_may_be_told_its_value(cnncalc, said, params):
    for line in (f"--channels 3 --filters 8 {said} --kernel 3", f"{said} --channels 3 --filters 8 --kernel 3 {said}",
                 f"8 3 --channels 3 {said}", f"{said} --channels 3 -- 8 3"):  # fmt: skip
        answer = cnncalc("calc", "params", "conv", "--format", "json", *line.split())
        assert answer.code == 0, answer.err
        assert json.loads(answer.out)["value"] == params


def test_what_stands_behind_a_flag_and_is_no_value_of_it(cnncalc):
    assert cnncalc("calc", "contrastive-loss", "--no-alike", "0,0", "3,4", "--margin", "6").code == 0
    assert cnncalc("calc", "mac-saving", "--separable", "28,28,192", "32", "5").code == 0
    assert cnncalc("calc", "pool", "7", "2", "--ceil", "--mode", "avg").code == 0
    for words in (["--bias=maybe"], ["3", "--filters", "8", "--bias", "maybe"]):
        said = cnncalc("calc", "params", "conv", *words)
        assert (said.code, said.out, said.err) == (2, "", "cnncalc: --bias takes true or false, got `maybe`\n")


def test_what_follows_two_dashes_is_no_flag(cnncalc):
    assert "--bias" in cnncalc("calc", "params", "conv", "--", "--bias", "false").err


@pytest.mark.parametrize("family", ["params", "macs"])
@pytest.mark.slow
def test_every_kind_of_layer_is_counted_or_refused_in_a_sentence(family):
    """Whatever it is given: inputs that go together, and inputs that do not."""
    for word in load(family).variants:
        name = f"{family} {word.replace('_', '-')}"
        question = find(name)
        needed = [key for key, declared in question.keys.items() if declared.default is REQUIRED]
        for size, value in itertools.product((None, 8, [8, 8]), (2, [2, 2], "x")):
            given = {"channels": 4, "input": size, **dict.fromkeys(needed, value)}
            inputs = {key: given[key] for key in given if key in question.keys and given[key] is not None}
            try:
                result = calculate(name, **inputs)
            except UsageError as refused:
                assert "\n" not in str(refused)
            else:
                assert result.section().steps


def test_kinds_that_apply_others_are_those_that_need_one():
    from cnncalc.manual import kinds, layer_class

    needing = {kind for kind in kinds() if any(
        key.kind.takes_layer and key.default is REQUIRED for key in layer_class(kind).keys.values())}  # fmt: skip
    assert set(load("params").declined) == needing == set(load("macs").declined)
    with pytest.raises(UsageError, match="`time_distributed` applies another layer: ask for that one, or write a spec"):
        calculate("params time-distributed")


@pytest.mark.parametrize(("name", "inputs", "value"), [
    ("params bilinear", {"channels": 4, "units": 2}, 2 * 4 * 4 + 2),
    ("params embedding", {"input_dim": 1000, "output_dim": 16}, 16_000),
    ("macs matmul", {"channels": 4, "input": 4}, 4 * 4 * 4),
    ("macs slice", {"channels": 4, "input": 4, "slice_channels": [0, 2]}, 0),
])  # fmt: skip
def test_layers_of_several_inputs_or_of_none_with_channels(name, inputs, value):
    assert calculate(name, **inputs).value == value


def test_an_example_is_of_the_kind_that_is_asked_for(cnncalc):
    said = cnncalc("calc", "params", "lstm").err
    assert said.startswith("cnncalc: params lstm needs --units (for example: cnncalc calc params lstm ")
    assert cnncalc("calc", "params", "prelu-", "1").code == 2
    said = cnncalc("calc", "params", "embedding").err
    assert said == (
        "cnncalc: params embedding needs --vocab and --dim (`cnncalc calc params embedding --help` lists what it takes)\n"
    )
