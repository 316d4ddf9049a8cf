"""What an editor shows: the language server of its YAML extension, driven with our schema."""

import re
from itertools import count

import pytest

from cnncalc import registry
from cnncalc.language.grammar import FILE
from cnncalc.language.schema import text

from .conftest import ROOT
from .lsp import Server

LINE = "# yaml-language-server: $schema=cnncalc.schema.json\n"
HEAD = LINE + "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\n"
LAYERS = HEAD + "layers:\n"
KINDS = [*registry.names("layers"), "net", "reuse"]


@pytest.fixture(scope="module")
def editor(language_server, tmp_path_factory):
    """An editor with an empty folder open in which the schema lies, and names for documents."""
    folder = tmp_path_factory.mktemp("editor")
    (folder / "cnncalc.schema.json").write_text(text(), encoding="utf-8")
    server = Server(language_server, folder)
    server.new = (folder / f"{number}.yaml" for number in count()).__next__
    yield server
    server.close()


@pytest.fixture
def suggested(editor):
    """What is suggested where a text has a bar: labels, and what each inserts."""

    def suggested(text):
        found = editor.completions(editor.new(), text)
        inserted = {item["label"]: item.get("insertText", item["label"]) for item in found}
        assert len(inserted) == len(found), "something is suggested twice"
        return inserted

    return suggested


def messages(editor, text):
    """Line, column and message of everything that is underlined."""
    found = editor.findings(editor.new(), text)
    starts = [(item["range"]["start"]["line"] + 1, item["range"]["start"]["character"] + 1) for item in found]
    return [(*start, item["message"]) for start, item in sorted(zip(starts, found, strict=True), key=lambda f: f[0])]


GOOD = sorted([*ROOT.glob("specs/**/*.yaml"), *ROOT.glob("cnncalc/templates/*.yaml")])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_nothing_in_a_sound_spec_is_underlined(editor, path):
    assert messages(editor, LINE + path.read_text(encoding="utf-8")) == []


# As tests/test_schema.py; here with the words of the editor, and what is no YAML.
VISIBLE = r"^error\[(E00[1-8]|E10[1-58]|E109|E11[01]|E211)\]"
UNSEEN = {
    "block-arguments": "which arguments a block has",
    "merge-key": "it merges",
    "space-after-colon": "it passes over a key without a value",
    "two-documents": "it takes several documents",
    "keras-names": "that a capitalised word is no block",
    "tag": "it passes over tags",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/bad/*.yaml")), ids=lambda path: path.stem)
def test_a_bad_spec_is_underlined_if_an_editor_can_see_it(editor, path):
    found = path.with_suffix(".txt").read_text(encoding="utf-8")
    if re.search(VISIBLE, found, re.MULTILINE):
        assert bool(messages(editor, LINE + path.read_text(encoding="utf-8"))) == (path.stem not in UNSEEN)


@pytest.mark.parametrize(("item", "column", "message"), [
    ("- covn: {filters: 8}",                     5, "Property covn is not allowed."),
    ("- rellu",                                  5, "no such kind of layer: `cnncalc layers` lists them all"),
    ("- conv: {filters: 8, kernal: 3}",         24, "Property kernal is not allowed."),
    ("- conv: {filters: abc, kernel: 3}",       21, "must be a whole number, or an expression: $name, $(…)"),
    ("- conv: {filters: 0, kernel: 3}",         21, "Value is below the minimum of 1."),
    ("- conv: {filters: 8, kernel: [3, x]}",    36, "must be a whole number, or an expression: $name, $(…)"),
    ("- relu: {nam: a}",                        12, "Property nam is not allowed."),
    ("- dense: {units: 8, activation: {leaky_relu: {slop: 1}}}", 49, "Property slop is not allowed."),
])  # fmt: skip
def test_a_slip_gets_one_line_that_says_what_is_wrong(editor, item, column, message):
    assert messages(editor, f"{LAYERS}  {item}\n") == [(5, column, message)]


@pytest.mark.parametrize("layers", [
    "layers:\n  - |\n", "layers:\n  - relu\n  - |\n", "layers:\n  - conv: {filters: 8, kernel: 3}\n  - |\n  - relu\n",
    "layers: [relu]\nblocks:\n  Double:\n    layers:\n      - |\n",
])  # fmt: skip
def test_at_a_dash_exactly_the_kinds_of_layer_are_suggested(suggested, layers):
    assert sorted(suggested(HEAD + layers)) == sorted(KINDS)


def test_a_kind_is_inserted_as_its_manual_shows_it(suggested):
    inserted = suggested(LAYERS + "  - |\n")

    assert inserted["relu"] == "relu"
    assert inserted["flatten"] == "flatten"
    assert inserted["max_pool"] == "max_pool:\n    "
    assert inserted["add"] == "add: "
    assert inserted["dropout"] == "dropout: "
    assert inserted["conv"] == "conv:\n    "
    assert inserted["reuse"] == "reuse:\n    layer: $1\n    from: $2"


COMMON = {"name", "from", "when", "repeat", "expect", "trainable", "dtype"}
CONV = {"filters", "kernel", "stride", "padding", "padding_mode", "dilation", "groups", "bias", "norm", "activation"}


@pytest.mark.parametrize(("text", "labels"), [
    (LINE + "|\n",                                                {*FILE}),
    (HEAD + "dialect: |\n",                                       {*registry.names("dialects")}),
    (LINE + "input:\n  |\n",                                      {"channels", "size", "features", "tokens", "shape"}),
    (LAYERS + "  - conv:\n      |\n",                             CONV | COMMON),
    (LAYERS + "  - conv:\n      filters: 8\n      |\n",           (CONV | COMMON) - {"filters"}),
    (LAYERS + "  - conv:\n      padding: |\n",                    {"valid", "same", "full", "half", "causal", "same_upper", "same_lower"}),
    (LAYERS + "  - conv:\n      bias: |\n",                       {"true", "false"}),
    (LAYERS + "  - add:\n      |\n",                              COMMON),
    (LAYERS + "  - Block:\n      |\n",                            COMMON),
    (HEAD + "defaults:\n  conv:\n    |\n",                        CONV | {"trainable", "dtype"}),
    (HEAD + "blocks:\n  Double:\n    |\n",                        {"block", "args", "inputs", "defaults", "layers", "description"}),
    (LAYERS + "  - relu\nvariants:\n  - |\n",                     {"variant", "name", "set", "expect", "budget"}),
])  # fmt: skip
def test_at_other_places_what_may_stand_there_is_suggested(suggested, text, labels):
    """`block` and `variant` stand for all that they must have."""
    assert set(suggested(text)) == labels


def test_norms_and_activations_are_suggested_by_their_role(suggested):
    norms = suggested(LAYERS + "  - conv:\n      norm: |\n")
    activations = suggested(LAYERS + "  - conv:\n      activation: |\n")

    assert {"batch_norm", "group_norm", "none"} <= set(norms)
    assert {"relu", "leaky_relu", "softmax", "none"} <= set(activations)
    assert set(norms) & set(activations) == {"none"}


@pytest.mark.parametrize(("text", "shown"), [
    (LAYERS + "  - co|nv: {filters: 8}\n", "Slides filters over a map"),
    (LAYERS + "  - conv: {fil|ters: 8}\n", "output channels; required"),
    (LAYERS + "  - conv: {filters: 8, norm: batch|_norm}\n", "a normalisation between the layer and its activation"),
    (HEAD + "bl|ocks: {}\n", "lists of layers to be used by name"),
])  # fmt: skip
def test_the_manual_is_shown_over_a_word(editor, text, shown):
    found = editor.hover(editor.new(), text)

    assert shown in found
    assert "Example" not in found


def test_a_spec_made_by_init_leads_the_editor_to_its_schema(language_server, tmp_path, monkeypatch):
    """From a folder below the schema, and opened from another place."""
    from cnncalc.cli.commands import init

    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    init.run("first")
    init.run("nets/small/second", template="unet")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    server = Server(language_server, elsewhere)
    for name in ("first", "nets/small/second"):
        path = tmp_path / f"{name}.yaml"
        spec = path.read_text(encoding="utf-8")

        assert server.findings(path, spec) == []
        assert server.findings(path.with_stem("misspelt"), spec.replace("conv:", "covn:")) != []
    server.close()
