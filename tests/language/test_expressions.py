"""Expressions: what they are worth, and everything they refuse."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.language.expressions import BadExpression, is_expression, make_divisible, parse
from tests.nets import spec

from .reading import finding, layers, marked, net

SCOPE = {"w": 4, "half": 0.5, "yes": True, "word": "torch", "nothing": None, "many": [1, 2], "i": 0}


def value(text):
    return parse(text).value(SCOPE)


@pytest.mark.parametrize(("text", "expected"), [
    ("$w", 4), ("$half", 0.5), ("$word", "torch"), ("$many", [1, 2]), ("$nothing", None), ("$_x1", 7), ("$(w)", 4), ("$( w )", 4),
    ("$(1)", 1), ("$(1.5)", 1.5), ("$(1e3)", 1000.0), ("$(True)", True), ("$(0x10)", 16), ("$(1_000)", 1000),
    ("$(2+3*4)", 14), ("$((2+3)*4)", 20), ("$(7-10)", -3), ("$(-w)", -4), ("$(+w)", 4), ("$(--w)", 4),
    ("$(7/2)", 3.5), ("$(8/2)", 4.0), ("$(7//2)", 3), ("$(-7//2)", -4), ("$(7%4)", 3), ("$(-7%4)", 1), ("$(7.5//2)", 3.0),
    ("$(2**3)", 8), ("$(2**0)", 1.0), ("$(2**w)", 16), ("$(-2**2)", -4), ("$((-2)**3)", -8), ("$(2**-1)", 0.5), ("$(4**0.5)", 2.0), ("$(2**53)", 2**53),
    ("$(1**9007199254740992)", 1), ("$(0**5)", 0), ("$(1.5**2)", 2.25),
    ("$(many[0])", 1), ("$(many[-1])", 2), ("$(many[w - 3])", 2), ("$(many[many[0]])", 2), ("$(2 * many[1])", 4),
    ("$(w == 4)", True), ("$(w != 4)", False), ("$(w < 4)", False), ("$(w <= 4)", True), ("$(w > 3.5)", True), ("$(w >= 5)", False),
    ("$(1 < w < 5)", True), ("$(1 < w < 4)", False), ("$(word == 'torch')", True), ("$(word != 'torch')", False), ("$(nothing == 0)", False),
    ("$(yes and w == 4)", True), ("$(0 or half)", True), ("$(not yes)", False), ("$(not 0)", True), ("$(1 and 0 or 1)", True),
    ("$(0 and 1/0)", False), ("$(1 or 1/0)", True), ("$(1 if w > 3 else 1/0)", 1), ("$(1/0 if w < 3 else 2)", 2),
    ("$(1 < 0 < 1/0)", False),
    ("$('a' if yes else 'b')", "a"),
    ("$(min(3, w))", 3), ("$(max(3, w, 9))", 9), ("$(abs(-3))", 3), ("$(int(3.9))", 3), ("$(int(-3.9))", -3),
    ("$(round(2.5))", 2), ("$(round(3.5))", 4), ("$(round(1.2345, 2))", 1.23), ("$(floor(-0.5))", -1), ("$(ceil(0.1))", 1),
    ("$(floor(2.5 + 0.5))", 3),
    ("$(make_divisible(30))", 32), ("$(make_divisible(30, 4))", 32), ("$(make_divisible(30, d=16))", 32), ("$(make_divisible(3))", 8),
    ("$(int(w))", 4), ("$(min(w, min(3, 2)))", 2), ("$(9007199254740992)", 2**53), ("$(-9007199254740992)", -(2**53)),
])  # fmt: skip
def test_the_value_of_an_expression(text, expected):
    found = parse(text).value({**SCOPE, "_x1": 7})

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("text", "code"), [
    # cannot be read
    ("$", "E402"), ("$$", "E402"), ("$1", "E402"), ("$ w", "E402"), ("$w.x", "E402"), ("$w$w", "E402"), ("$()", "E402"), ("$( )", "E402"),
    ("$(1", "E402"), ("$(min(1", "E402"), ("$(1))", "E402"), ("$(1)+1", "E402"), ("$(1)(2)", "E402"), ("$(1) ", "E402"), ("${w}", "E407"),
    ("$(1+)", "E402"), ("$(1 2)", "E402"), ("$(1;2)", "E402"), ("$(1\n2)", "E402"), ("$(a=1)", "E402"), ("$(#)", "E402"), ("$(\x00)", "E402"),
    ("$(01)", "E402"), ("$(1__0)", "E402"), ("$(return 1)", "E402"), ("$(import os)", "E402"),
    # is not part of the language
    ("$(2 ^ 3)", "E402"), ("$(many[0:1])", "E402"), ("$((w)[0])", "E406"), ("$([1, 2][0])", "E402"), ("$(w.real)", "E402"), ("$((1).__class__)", "E402"), ("$([1,2])", "E402"), ("$((1,2))", "E402"),
    ("$({1: 2})", "E402"), ("$({1})", "E402"), ("$(lambda: 1)", "E402"), ("$(x for x in many)", "E402"), ("$([x for x in many])", "E402"),
    ("$((w := 3))", "E402"), ("$(yield)", "E402"), ("$(await w)", "E402"), ("$(f'{w}')", "E402"), ("$(b'a')", "E402"), ("$(1j)", "E402"),
    ("$(...)", "E402"), ("$(~1)", "E402"), ("$(1 << 2)", "E402"), ("$(1 >> 2)", "E402"), ("$(1 & 2)", "E402"), ("$(1 | 2)", "E402"),
    ("$(1 ^ 2)", "E402"), ("$(1 @ 2)", "E402"), ("$(1 is 1)", "E402"), ("$(1 in many)", "E402"), ("$(1 not in many)", "E402"),
    ("$(None)", "E402"), ("$(print(1))", "E402"), ("$(__import__('os'))", "E402"), ("$(eval('1'))", "E402"), ("$(w(1))", "E402"),
    ("$(min(*many))", "E402"), ("$(max(key=1))", "E402"), ("$(make_divisible(1, divisor=2))", "E402"), ("$(make_divisible(**w))", "E402"),
    ("$(abs())", "E402"), ("$(abs(1, 2))", "E402"), ("$(round(1, 2, 3))", "E402"), ("$(make_divisible(1, 2, 3))", "E402"), ("$(min())", "E402"),
    ("$(make_divisible(1, 2, d=3))", "E402"),
    # has no value
    ("$nope", "E401"), ("$(nope + 1)", "E401"), ("$(min)", "E401"), ("$(cin)", "E401"),
    ("$(1/0)", "E406"), ("$(1//0)", "E406"), ("$(1%0)", "E406"), ("$(1.5//0.0)", "E406"), ("$(0/0)", "E406"),
    ("$('a'*9999)", "E406"), ("$('a'+'b')", "E406"), ("$(-'a')", "E406"), ("$(+'a')", "E406"), ("$(many+many)", "E406"), ("$(word < 'a')", "E406"),
    ("$(True+1)", "E406"), ("$((1<2)*3)", "E406"), ("$(nothing+1)", "E406"), ("$(abs('a'))", "E406"), ("$(int('5'))", "E406"), ("$(int(True))", "E406"),
    ("$(not 'a')", "E406"), ("$(1 if word else 2)", "E406"), ("$(many or 1)", "E406"), ("$(nothing and 1)", "E406"), ("$(True < 2)", "E406"),
    ("$(round(5, -1))", "E406"), ("$(round(5, 16))", "E406"), ("$(round(5, 1.5))", "E406"),
    ("$(make_divisible(1, 0))", "E406"), ("$(make_divisible(1, -8))", "E406"),
    # is too large
    ("$(9007199254740993)", "E403"), ("$(9007199254740992+1)", "E403"), ("$(9007199254740992*9007199254740992)", "E403"),
    ("$(-9007199254740992-1)", "E403"), ("$(1e999)", "E403"), ("$(1e300*1e300)", "E403"), ("$(1e999-1e999)", "E403"), ("$(1e300//1e-300)", "E403"),
    ("$(10**10**10)", "E403"), ("$(2**54)", "E403"), ("$(-3**40)", "E403"), ("$(1e200**2)", "E403"), ("$(9007199254740992**9007199254740992)", "E403"),
    ("$(0**-1)", "E406"), ("$(many[0]**many)", "E406"),
    ("$(1/1e-320)", "E403"), ("$(" + "1+" * 120 + "1)", "E403"), ("$" + "w" * 300, "E403"), ("$(" + "9" * 190 + ")", "E403"),
])  # fmt: skip
def test_what_an_expression_refuses(text, code):
    with pytest.raises(BadExpression) as bad:
        value(text)
    assert bad.value.code == code
    assert bad.value.message


@pytest.mark.parametrize(("text", "message"), [
    ("$(2 ^ 3)", "`bitxor` is not part of the language"),
    ("$(w.real)", "`.` is not part of the language"),
    ("$(many[2])", "there is no entry 2: the list has 2"),
    ("$(many[0.5])", "an index is a whole number, got 0.5"),
    ("$(w[0])", "`[ ]` takes a list, got 4"),
    ("$((-2) ** 0.5)", "`-2 ** 0.5` is no real number"),
    ("$(1/0)", "division by zero in `1 / 0`"),
    ("$('a'*3)", "`*` takes numbers, got `a`"),
    ("$(1e999)", "a value is larger than 2^53, or not a number"),
    ("$(1 if word else 2)", "a condition must be true or false, got `torch`"),
    ("$nope", "unknown name `nope`"),
    ("${w}", "`${…}` is not an expression"),
    ("$" + "w" * 300, "an expression has at most 200 characters"),
])
def test_the_messages_name_the_culprit(text, message):
    with pytest.raises(BadExpression) as bad:
        value(text)
    assert bad.value.message == message


def test_min_and_max_of_one_number_are_refused_or_that_number():
    for text in ("$(min(w))", "$(max(w))"):
        try:
            assert value(text) == 4
        except BadExpression as bad:
            assert bad.code == "E402"


@pytest.mark.parametrize("text", ["$(" + "(" * 98 + "1" + ")" * 98 + ")", "$(" + "-" * 190 + "1)", "$(" + "not " * 48 + "1)",
                                  "$(" + "abs(" * 38 + "1" + ")" * 38 + ")", "$(" + "1 if 1 else " * 15 + "1)"])
def test_deep_expressions_have_a_value(text):
    assert value(text) in (1, -1, True)


@pytest.mark.parametrize(("text", "yes"), [
    ("$w", True), ("$", True), ("$(", True), ("w", False), ("", False), ("64*w", False), (" $w", False), ("a$w", False)])
def test_what_is_meant_as_an_expression(text, yes):
    assert is_expression(text) is yes


def test_an_expression_knows_the_names_it_needs():
    assert parse("$(min(a, b) + c if d else make_divisible(e))").names == {"a", "b", "c", "d", "e"}


@given(st.floats(0, 1e6), st.integers(1, 64))
def test_make_divisible_is_a_near_multiple(number, divisor):
    found = make_divisible(number, divisor)

    assert found % divisor == 0
    assert found >= max(divisor, 0.9 * number)
    assert found <= max(divisor, number + divisor + divisor)


@given(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40).filter(bool))
def test_whole_numbers_stay_exact(a, b):
    scope = {"a": a, "b": b}
    for text, expected in (("$(a//b)", a // b), ("$(a%b)", a % b), ("$(a-b)", a - b), ("$(a+b)", a + b)):
        found = parse(text).value(scope)
        assert (found, type(found)) == (expected, int)
    assert math.isclose(parse("$(a/b)").value(scope), a / b)


# In a spec ----------------------------------------------------------------------------------


def test_expressions_stand_wherever_a_value_does():
    found = net(
        "conv: {filters: $(8*w), kernel: [$k, 3], padding: [[$p, 0], [0, $(p+1)]], bias: $(w > 5)}",
        'conv: {filters: "$(make_divisible(32*half, 8))", kernel: 1, activation: $act}',
        head="vars: {w: 2, half: 0.5, k: 1, p: 1, act: relu}\n")
    assert layers(found) == ["conv1 16×33×32", "conv2 16×33×32", "conv2.act 16×33×32"]
    assert found.nodes[1].layer.bias is False


def test_a_variable_may_be_a_list_or_a_word():
    found = net("conv: {filters: 4, kernel: $k, padding: $mode}", head="vars: {k: [3, 5], mode: same}\n")
    assert layers(found) == ["conv1 4×32×32"]


def test_a_count_that_is_not_whole_is_an_error_and_never_cut():
    found = finding(spec("conv: {filters: $(7*w), kernel: 1}", head="vars: {w: 0.5}\n"))

    assert (found.code, found.message, marked(found)) == ("E405", "`filters` must be a whole number, got 3.5", "$(7*w)")
    assert found.help == "wrap it: $(round(...)), $(ceil(...)) or $(make_divisible(...))"


def test_a_whole_float_is_a_count():
    assert layers(net("conv: {filters: $(8*w), kernel: 1e0}", head="vars: {w: 0.5}\n")) == ["conv1 4×32×32"]


def test_an_expression_cut_at_its_comma_is_one_finding():
    found = finding(spec("conv: {filters: $(make_divisible(64*w, 8)), kernel: 1}", head="vars: {w: 1}\n"))

    assert (found.code, found.message, found.label) == ("E404", "YAML cut this expression at the comma", "`(` is never closed")
    assert found.help.startswith("quote it: ")


@pytest.mark.parametrize(("item", "code", "message"), [
    ("conv: {filters: $n, kernel: 1}", "E401", "unknown name `n`"),
    ("conv: {filters: $cin, kernel: 1}", "E401", "unknown name `cin`"),
    ("conv: {filters: $i, kernel: 1}", "E401", "unknown name `i`"),
    ("conv: {filters: $(w/0), kernel: 1}", "E406", "division by zero in `2 / 0`"),
    ("conv: {filters: $(-w), kernel: 1}", "E105", "`filters` must be at least 1, got -2"),
    ("conv: {filters: $(w == 2), kernel: 1}", "E104", "`filters` must be a whole number, got true"),
    ("conv: {filters: 64*w, kernel: 1}", "E104", "`filters` must be a whole number, got `64*w`"),
    ("conv: {filters: 4, kernel: 1, bias: $w}", "E104", "`bias` must be true or false, got 2"),
    ("relu: {when: $word}", "E406", "`when` must be true or false"),
    ("relu: {repeat: $(0.5*w - 2)}", "E105", "`repeat` must be at least 0, got -1"),
])
def test_what_is_wrong_with_an_expression_is_found_in_its_place(item, code, message):
    found = finding(spec(item, head="vars: {w: 2, word: same}\n"))
    assert (found.code, found.message) == (code, message)


def test_a_bare_formula_is_shown_as_an_expression():
    assert "$(64*w)" in finding(spec("conv: {filters: 64*w, kernel: 1}", head="vars: {w: 2}\n")).help
