"""From YAML text to nodes with positions: what the profile takes and refuses."""

from pathlib import Path

import pytest
import yaml
from yaml.scanner import ScannerError

from cnncalc.errors import Source, SpecError
from cnncalc.language import compose as composer
from cnncalc.language.compose import compose
from cnncalc.language.tree import Mapping, Sequence
from tests.nets import MAP, spec

from .reading import codes, finding, findings, marked, names, net

BAD = Path(__file__).parent.parent / "bad"


def read(text):
    """The root of a text without faults."""
    root, found = compose(Source("net.yaml", text))
    assert found == []
    return root


def data(node):
    """A node as Python data."""
    if isinstance(node, Mapping):
        return {key.text: data(value) for key, value in node.pairs}
    return [data(item) for item in node.items] if isinstance(node, Sequence) else node.value


FAULTS = (
    "a: [1, 2", "a: {b: 1", "a: {b: 1\nc: 2\n", "a: 'x", 'a: "x\n', "a: b: c", "- a\nb: 1", "a: 1\n- b", "a: 1\nb\nc: 2\n", "a: &", "a: @x", "a: `x",
    "[a, b]]", "{a: b}}", "[a: b: c]", "{a: 1 b: 2}", "a: ]", "a: -", "a: 1\n  b: 2", "a:\n  - b\n c: 1", "a:\n\t- b", "a: 'x' y", "- a\n  - b: c\n - d",
    "x\ny: z", "? a\n? b\n- c", "%TAG ! x\n", "...\na", "a:\n    b: 1\n   c: 2\n", "a: *b\n", "a: &a [*a]\n", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n", "\x00",
)  # fmt: skip


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="there is only one parser")
def test_both_parsers_read_alike_and_find_the_same_faults(monkeypatch):
    texts = [*FAULTS, *(file.read_text(encoding="utf-8") for file in sorted(BAD.glob("*.yaml")))]
    by_libyaml = [told(text) for text in texts]
    monkeypatch.setattr(composer, "PARSER", yaml.SafeLoader)
    by_python = [told(text) for text in texts]

    assert sum(isinstance(each, list) for each in by_libyaml) > len(FAULTS)
    assert [pair for pair in zip(by_libyaml, by_python, strict=True) if pair[0] != pair[1]] == []


def told(text):
    """The data of a text, or what is wrong with it."""
    try:
        root, found = compose(Source("net.yaml", text))
    except SpecError as error:
        root, found = None, error.diagnostics
    return [each._replace(source=None) for each in found] or data(root)


def test_libyaml_reads_where_it_is_there():
    assert not yaml.__with_libyaml__ or composer.PARSER is yaml.cyaml.CParser


@pytest.mark.parametrize(("text", "value"), [
    ("a: 1\nb: [x, 2.5, null]\n", {"a": 1, "b": ["x", 2.5, None]}),
    ("{a: {b: {}}, c: []}", {"a": {"b": {}}, "c": []}),
    ("- a\n- - b\n  - c\n- d: e\n", ["a", ["b", "c"], {"d": "e"}]),
    ("a: 'on'\nb: \"1\"\nc: on\nd: no\n", {"a": "on", "b": "1", "c": "on", "d": "no"}),
    ("1: a\ntrue: b\n~: c\n", {"1": "a", "true": "b", "~": "c"}),
    ("a: |\n  one\n  two\nb: >\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two\n"}),
    ("? a\n: 1\n", {"a": 1}),
    ("a:\nb:\n", {"a": None, "b": None}),
    ("{a, b: 1}", {"a": None, "b": 1}),
    ("---\na: 1\n...\n", {"a": 1}),
    ("# c\na: 1 # d\n", {"a": 1}),
    ("\ufeffa: 1\n", {"a": 1}),
    ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ("a: 1\rb: 2\r", {"a": 1, "b": 2}),
    ("a: ü𝒳日\n", {"a": "ü𝒳日"}),
    ("x: &a [1, 2]\ny: *a\nz: {k: *a}\n", {"x": [1, 2], "y": [1, 2], "z": {"k": [1, 2]}}),
    ("x: &a 1\ny: &a 2\nz: *a\n", {"x": 1, "y": 2, "z": 2}),
    ("&k a: *k\n", {"a": "a"}),
    ("a: <<\n", {"a": "<<"}),
])
def test_a_text_becomes_a_tree(text, value):
    assert data(read(text)) == value


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n...\n", "\ufeff", "%YAML 1.2\n---\n"])
def test_an_empty_file_has_nothing_in_it(text):
    root = compose(Source("net.yaml", text))[0]
    assert root is None or root.value is None
    assert finding(text).code == "E101"


@pytest.mark.parametrize(("text", "path", "span"), [
    ("a: 12\n", ("a",), (1, 4, 1, 6)),
    ("x: 1\na: {b: 'c d'}\n", ("a", "b"), (2, 8, 2, 13)),
    ("a:\n  - 日本\n  - ende\n", ("a", 1), (3, 5, 3, 9)),
    ("{𝒳𝒳: 1, b: [2, 3]}", ("b",), (1, 12, 1, 18)),
    ("x: &a [1]\ny:   *a\n", ("y",), (2, 6, 2, 8)),
    ("a: |\n  one\n", ("a",), (1, 4, 3, 1)),
    ("a: 1\r\nb: 2\r\n", ("b",), (2, 4, 2, 5)),
    ("a: 1\rb: 2\r", ("b",), (2, 4, 2, 5)),
    ("\ufeffa: 1\n", ("a",), (1, 4, 1, 5)),
])
def test_nodes_know_where_they_stand(text, path, span):
    node = read(text)
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else node.items[step]
    assert node.span == span


def test_an_alias_stands_where_it_is_written_not_where_its_anchor_is():
    found = finding("x-a: &bad {channels: 0, size: [4]}\ninput: *bad\nlayers: [relu]\n")
    assert (found.code, found.span.line) == ("E105", 2) or found.span.line == 1
    found = finding("x-a: &bad zzz\n" + spec("conv: {filters: *bad, kernel: 1}"))
    assert (found.code, marked(found)) == ("E104", "*bad")


@pytest.mark.parametrize(("text", "code", "place", "message"), [
    ("a: 1\nb: 2\na: 3\n", "E002", (3, 1), "duplicate key `a`"),
    ("{a: 1, 'a': 2}", "E002", (1, 8), "duplicate key `a`"),
    ("x: &x {a: 1}\ny: {<<: *x, b: 1}\n", "E006", (2, 5), "merge keys (`<<`) are not part of the language"),
    ("a: !!str 1\n", "E007", (1, 4), "tags (`tag:yaml.org,2002:str`) are not part of the language"),
    ("a: !mine {b: 1}\n", "E007", (1, 4), "tags (`!mine`) are not part of the language"),
    ("? [a, b]\n: 1\n", "E009", (1, 3), "a key must be a word"),
])
def test_what_is_not_in_the_profile_is_found_and_reading_goes_on(text, code, place, message):
    root, found = compose(Source("net.yaml", text))

    assert root is not None
    assert (found[0].code, found[0].span[:2], found[0].message) == (code, place, message)
    assert len(found) == 1


def test_a_duplicate_key_shows_both_places_and_the_first_value_holds():
    root, (found,) = compose(Source("net.yaml", "a: 1\na: 2\n"))

    assert (found.label, found.related[0].span[:2], found.related[0].text) == ("second value", (1, 1), "first value is here")
    assert data(root) == {"a": 1}


@pytest.mark.parametrize(("text", "code", "place", "message"), [
    ("a: *b\n", "E005", (1, 4), "unknown alias `*b`"),
    ("a: &a [*a]\n", "E005", (1, 8), "`*a` stands inside what it names"),
    ("&a {x: {y: *a}}\n", "E005", (1, 12), "`*a` stands inside what it names"),
    ("a: 1\n---\nb: 2\n", "E008", (2, 1), "a spec is one YAML document"),
])
def test_what_stops_reading(text, code, place, message):
    with pytest.raises(SpecError) as error:
        compose(Source("net.yaml", text))
    found = error.value.diagnostics[-1]

    assert (found.code, found.span[:2], found.message) == (code, place, message)


def test_findings_before_the_stop_are_kept():
    assert codes("a: 1\na: 2\nb: *c\n") == ["E002", "E005"]


@pytest.mark.parametrize("text", [
    "a: [1, 2\n", "a: {b: 1\n", "a: 'b\n", "a: b: c\n", "\ta: 1\n", "a:\n - b\n c: d\n", "@a\n", "`a`\n", "%\n", "a: ]\n", "*\n", "&\n",
    "a: \x00\n", "\x07", "a: {b: ${w}}\n", "- a\nb: c\n", '"\\q"\n', "!<\n", "%YAML 2.0\n---\na: 1\n", "%TAG ! \n---\n", "{a: 1}}\n",
])  # fmt: skip
def test_what_is_not_yaml_is_found_at_its_place(text):
    found = finding(text)

    assert (found.code, found.message[:16]) == ("E001", "not valid YAML: ")
    assert found.span is not None


def test_64_levels_are_read():
    assert read("[" * 64 + "]" * 64) is not None


@pytest.mark.parametrize(("text", "place"), [
    ("[" * 65, (1, 65)),
    ("[" * 300, (1, 65)),
    ("{" * 300, (1, 65)),
    ("{a: " * 300, (1, 257)),
    ("? " * 300, (1, 129)),
    ("- " * 300, (1, 129)),
    ("[{" * 150, (1, 65)),
    ("a: 1\nb: " + "[" * 300 + "]" * 300, (2, 67)),
    ("".join(" " * i + "a:\n" for i in range(300)), (65, 65)),
    ("".join(" " * i + "-\n" for i in range(300)), (65, 65)),
    # The fault is met while the colon of a key is looked for, before any level is told of.
    ("[" * 65 + "@", (1, 65)),
    ("[" * 300 + "@", (1, 65)),
    ("{" * 300 + "a: `b`", (1, 65)),
    ("a: 1\r\nb: " + "[" * 300 + "'", (2, 67)),
    ("ü𝒳: " + "[" * 300 + "%", (1, 68)),
    ("\ufeff" + "[" * 300 + "@", (1, 65)),
])
def test_the_65th_level_is_refused_where_it_begins(text, place):
    found = finding(text)

    assert (found.code, found.span[:2], found.message) == ("E003", place, "nested more than 64 levels deep")


class Limited:
    """A parser that has a limit of its own, and meets it looking ahead, as libyaml 0.2.6 does."""

    def __init__(self, text):
        self.text = text
        self.parser = yaml.SafeLoader(text)
        self.dispose = self.parser.dispose

    def get_event(self):
        place = self.text.find("[" * 101) + 100
        if place < 100:
            return self.parser.get_event()
        mark = yaml.Mark("net.yaml", place, 0, place, None, None)
        raise ScannerError("while increasing flow level", mark, "exceeded maximum nesting depth", mark)


def test_the_65th_level_is_refused_whatever_the_parser_has_for_a_limit(monkeypatch):
    monkeypatch.setattr(composer, "PARSER", Limited)
    found = finding("a: " + "[" * 300)

    assert (found.code, found.span[:2]) == ("E003", (1, 67))


@pytest.mark.parametrize("text", ["[" * 64 + "@", "[*b, @", "[*b, 'c"])
def test_a_syntax_error_that_is_not_too_deep_remains_one(text):
    assert finding(text).code == "E001"


def test_levels_count_through_aliases():
    chain = "x0: &x0 [1]\n" + "".join(f"x{i}: &x{i} [*x{i - 1}]\n" for i in range(1, 66))
    assert [found.code for found in findings(chain)][-1] == "E003"


def test_an_anchored_list_of_layers_is_used_twice():
    net_of = net("Two", "Two", head="x-body: &body [relu, tanh]\nblocks: {Two: {layers: *body}}\n")
    assert names(net_of) == ["Two1.relu1", "Two1.tanh1", "Two2.relu1", "Two2.tanh1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_places(end):
    text = spec("relu", "conv: {filters: 3, kernel: x}").replace("\n", end)
    found = finding(text)

    assert (found.code, found.span[:2], marked(found)) == ("E104", (4, 32), "x")


def test_free_keys_are_not_looked_at():
    text = "x-note: {anything: [1, ~, {deep: on}]}\n" + spec("relu: {x-why: because, name: a}", tail="x-end: !!no tag\n")
    assert codes(text) == ["E007"]
    assert names(net("relu: {x-why: {a: 1}, name: a}", head="x-note: 1\n")) == ["a"]


def test_a_file_is_read_as_utf8_with_or_without_a_mark(tmp_path):
    from cnncalc import load

    for encoding in ("utf-8", "utf-8-sig"):
        path = tmp_path / f"{encoding}.yaml"
        path.write_text(MAP + "layers: [relu: {name: größe}]\n", encoding=encoding)
        assert names(load(str(path))) == ["größe"]


@pytest.mark.parametrize(("content", "code", "place"), [
    (MAP.encode("utf-16"), "E001", (1, 1)),
    (b"name: caf\xe9\n" + MAP.encode(), "E001", (1, 10)),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "E701", None),
    (b"a: 1\nb: \xff\xfe", "E001", (2, 4)),
    (b"", "E101", None),
    (b"\x00" * 100, "E001", (1, 1)),
])
def test_a_file_that_is_no_text_is_a_spec_error(tmp_path, content, code, place):
    from cnncalc import load

    path = tmp_path / "net.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as error:
        load(str(path))
    found = error.value.diagnostics[0]

    assert found.code == code
    assert place is None or found.span[:2] == place
