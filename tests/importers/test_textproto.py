"""The text format of protobuf, by its public specification."""

import pytest

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.textproto import parse


def plain(message):
    return {
        name: [value.said if value.message is None else plain(value.message) for value in values]
        for name, values in message.fields.items()
    }


@pytest.mark.parametrize(("text", "wanted"), [
    ("", {}),
    ("a: 1", {"a": ["1"]}),
    ("a:1b:2", {"a": ["1"], "b": ["2"]}),
    ("a: 1, b: x; c: -2.5e-3f", {"a": ["1"], "b": ["x"], "c": ["-2.5e-3f"]}),
    ("a: 1 a: 2 # a: 3\na: 4", {"a": ["1", "2", "4"]}),
    ("a { b: 1 } a: { b: 2 } a < b: 3 >", {"a": [{"b": ["1"]}, {"b": ["2"]}, {"b": ["3"]}]}),
    ("a: [1, 2, 3] b: []", {"a": ["1", "2", "3"], "b": []}),
    ("a: \"x # y\" 'z'", {"a": ["x # yz"]}),
    (r'a: "it\'s \"so\""', {"a": ["it's \"so\""]}),
    ("a: - 3 b: -inf", {"a": ["-3"], "b": ["-inf"]}),
    ("a\n{\n}\n", {"a": [{}]}),
    ("a: 0x1F", {"a": ["0x1F"]}),
    ("a: é", None),
])  # fmt: skip
def test_texts(text, wanted):
    if wanted is None:
        with pytest.raises(Unreadable):
            parse(text)
    else:
        assert plain(parse(text)) == wanted


@pytest.mark.parametrize(("text", "message", "line"), [
    ("a", "`a` has no value", 1),
    ("a:", "`a` has no value", 1),
    ("\na: }", "`a` has no value", 2),
    ("a: [1", "`a` has no value", 1),
    ("a: 1\n}", "`}` stands where the name of a field should", 2),
    ("a: 1\n7", "`7` stands where the name of a field should", 2),
    ("a {\n b {", "the message that begins here has no `}`", 2),
    ("a < }", "`}` stands where the name of a field should", 1),
    ("a: 1\n  @", "`@` has no meaning here", 2),
    ('a: "x', '`"` has no meaning here', 1),
    ("a {" * 65 + "}" * 65, "more than 64 messages within each other", 1),
    ("a: 1 " * 70_000, "more than 200,000 words, numbers and signs", 1),
])  # fmt: skip
def test_mistakes(text, message, line):
    with pytest.raises(Unreadable) as refused:
        parse(text)

    assert (str(refused.value), refused.value.line) == (message, line)


def test_what_a_field_says():
    message = parse('n: 3 n: 5 f: 0.5f t: true z: 0 w: MAX s: "x y" m { a: 1 } m { a: 2 b: 7 }')

    assert (message.integer("n", 0), message.integers("n"), message.integer("none", 9)) == (5, [3, 5], 9)
    assert (message.number("f", 1.0), message.number("none", 1.5)) == (0.5, 1.5)
    assert (message.flag("t", default=False), message.flag("z", default=True), message.flag("none", default=True)) == (True, False, True)
    assert (message.text("w"), message.text("s"), message.text("none", "x")) == ("MAX", "x y", "x")
    # Several messages of a field that has one are one; of scalars the last counts.
    assert plain(message.message("m")) == {"a": ["1", "2"], "b": ["7"]}
    assert message.message("m").integer("a", 0) == 2
    assert plain(message.message("none")) == {}
    assert (message.has("n"), message.has("none")) == (True, False)


@pytest.mark.parametrize(("text", "ask", "message"), [
    ("a: x", lambda m: m.number("a", 0), "`a` must be a number, got `x`"),
    ("a: 1e3", lambda m: m.integer("a", 0), "`a` must be a whole number, got `1e3`"),
    (f"a: {'9' * 19}", lambda m: m.integer("a", 0), f"`a` must be a whole number, got `{'9' * 19}`"),
    ("a {}", lambda m: m.text("a"), "`a` must be a text, got a message"),
])  # fmt: skip
def test_values_of_another_kind(text, ask, message):
    with pytest.raises(Unreadable, match=message.replace("`", ".")):
        ask(parse(text))
