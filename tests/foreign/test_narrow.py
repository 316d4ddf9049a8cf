"""However narrow a terminal is, a number in a table of Rich is whole, folded, or said to be left out."""

import re
from pathlib import Path

import pytest

import cnncalc as library
from cnncalc import registry
from cnncalc.check.reporting import fingerprints
from cnncalc.tables.table import Column, Envelope, Row, Table
from tests.nets import network

RICH = registry.load("formats", "rich")
WIDTHS = [1, 2, 3, 5, 8, 13, 20, 25, 30, 35, 40, 60, 79, 100, 200]


def drawn(table, width):
    return RICH.render(table, width=width, color=False)


def left_out(shown):
    told = re.search(r"too narrow for: (.*?) \(--width", " ".join(line.strip() for line in shown.split("\n")))
    return told[1].split(", ") if told else []


@pytest.mark.slow
@pytest.mark.parametrize("width", [width for width in WIDTHS if width > 20])
@pytest.mark.parametrize("analysis", ["shapes", "summary", "memory", "macs", "params", "receptive-field", "top", "padding"])
def test_every_number_is_there_or_its_column_is_left_out(analysis, width):
    table = library.analyze(network("resnet50"), analysis).fold()
    shown = drawn(table, width)
    gone = left_out(shown)

    for column, cells in table.texts[1:]:
        if not column.right:
            continue
        missing = [cell for cell in cells if not re.search(rf"(?<![\d,.×]){re.escape(cell)}(?![\d,.×])", shown)]
        assert not missing or column.title in gone, column.title


@pytest.mark.parametrize("width", WIDTHS)
def test_columns_that_were_asked_for_fold_and_lose_no_digit(width):
    columns = [Column("layer", "layer"), Column("a", "a", "{:,}".format, right=True), Column("b", "b", right=True)]
    rows = [Row({"layer": "stem", "a": 1234567890, "b": "64×112×112"})]
    shown = drawn(Table("x", columns, rows, Envelope({}), chosen=True), width)

    body = shown.split("─\n")[-1].split("\n")
    digits = "".join(re.sub(r"[^\d]", "", line) for line in body)
    assert sorted(digits) == sorted("123456789064112112")
    if width >= 9:
        assert max(map(len, shown.split("\n"))) <= width


def test_names_give_way_before_numbers_do():
    rows = [Row({"layer": "a_long_name_of_a_layer", "size": "64×112×112"})]
    table = Table("x", [Column("layer", "layer"), Column("size", "size", right=True)], rows, Envelope({}))

    assert drawn(table, 40).split("\n")[2] == "a_long_name_of_a_layer 64×112×112"
    narrow = drawn(table, 20)
    assert "64×112×112" in narrow
    assert "too narrow" not in narrow
    assert "64" not in drawn(table, 18)
    assert left_out(drawn(table, 18)) == ["size"]


def test_the_rest_of_a_folded_word_is_no_command():
    rows = [Row({"layer": "a_name_of_a::error", "inputs": "b::c"})]
    table = Table("x", [Column("layer", "layer"), Column("inputs", "inputs")], rows, Envelope({}), chosen=True)

    for width in range(1, 40):
        assert not re.search(r"^\s*::", drawn(table, width), re.MULTILINE)


# What a report keeps -------------------------------------------------------------------------


def spec(count, words):
    claims = "".join(f"  - {{expect: {{params: {n}}}, set: {{w: {n + 2}}}}}\n" for n in range(count))
    return f"name: {words}\nvars: {{w: 1}}\ninput: {{features: 1}}\nlayers: [dense: $w]\nvariants:\n{claims}"


@pytest.mark.slow
def test_a_long_name_is_not_repeated_in_full(cnncalc, tmp_path):
    sizes = []
    for length in (50, 100_000):
        (tmp_path / "net.yaml").write_text(spec(100, "n" * length), encoding="utf-8")
        sizes.append(len(cnncalc("check", tmp_path / "net.yaml", "--format", "json").out))

    assert sizes[1] < 1.5 * sizes[0]


def test_fingerprints_keep_no_long_line():
    import tracemalloc

    from cnncalc.errors import Diagnostic, Source, Span

    source = Source("net.yaml", "x" * 2_000_000)
    findings = [Diagnostic("X501", f"m{n}", source, Span(1, n, 1, n + 1)) for n in range(1, 100)]
    tracemalloc.start()
    found = fingerprints(findings)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 20_000_000
    assert len(set(found)) == len(findings)
    assert fingerprints([findings[0]]) == found[:1]
    assert fingerprints([findings[0]._replace(source=Source("net.yaml", "x" * 1_999_999 + "y"))]) != found[:1]


def test_an_unknown_reference_is_not_repeated_in_full():
    with pytest.raises(library.SpecError) as refused:
        library.loads(f"input: {{features: 1}}\nlayers: [relu: {{from: zz{'.b' * 5_000}}}]\n")
    found = refused.value.diagnostics[0]

    assert found.code == "E201"
    assert len(found.message) < 130
    assert re.search(r"… \(9,9\d\d more characters\)`$", found.message)


def test_the_files_of_the_tests_have_no_character_that_is_not_seen():
    for path in Path(__file__).parent.glob("*.py"):
        assert all(c == "\n" or c.isprintable() for c in path.read_text(encoding="utf-8")), path
