"""Tables of any length: the work of every format grows with their rows, not with the square."""

import sys

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.tables.table import Column, Envelope, Row, Table

FORMATS = [name for name in registry.names("formats") if hasattr(registry.load("formats", name), "render")]
# As in `shapes` and `summary`: rows that one layer of the spec makes, a column that is always empty.
LAYERS = "input: {{channels: 3, size: [8, 8]}}\nlayers:\n  - conv: {{filters: 3, kernel: 3, padding: same, activation: relu, repeat: {}}}\n"


def table(rows, analysis="summary"):
    return cnncalc.analyze(cnncalc.loads(LAYERS.format(rows // 2)), analysis)


def render(shown, name, width=100):
    module = registry.load("formats", name)
    shown = shown.fold(expand=True) if module.FOLDS else shown
    return module.render(shown, width=width, color=False)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("width", [40, 200])
def test_a_cell_is_put_into_words_once(name, width, monkeypatch):
    shown, asked = table(100), []
    text = Column.text
    monkeypatch.setattr(Column, "text", lambda column, value: asked.append(column.key) or text(column, value))
    render(shown, name, width)

    assert all(asked.count(key) <= len(shown.rows) for key in set(asked)), f"{len(asked)} times for {len(shown.rows)} rows"


def calls(function, *arguments):
    """How many Python functions are called."""
    count = 0

    def notice(frame, event, argument):
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("analysis", ["shapes", "padding", "receptive-field"])
def test_twice_the_rows_are_twice_the_work(name, analysis):
    render(table(40, analysis), name)
    few, some, many = (calls(render, table(rows, analysis), name) for rows in (40, 80, 160))

    assert many - some == pytest.approx(2 * (some - few), rel=0.1)


def test_no_column_is_no_cell():
    empty = Table("toy", [Column("a", "a")], [Row({"a": ""}), Row({})], Envelope({}))

    assert (empty.visible, empty.cells, empty.texts) == ((), [[], []], [])
    assert empty.choose(["a"]).cells == [[""], [""]]


@pytest.mark.parametrize("width", [60, 100, 200])
@pytest.mark.parametrize("color", [True, False])
def test_a_long_table_is_drawn_as_rich_draws_a_short_one(width, color, monkeypatch):
    from cnncalc.formats import rich

    table = cnncalc.analyze(cnncalc.load("zoo:resnet18"), "summary")
    drawn = rich.render(table, width=width, color=color)
    monkeypatch.setattr(rich, "LONG", 1)

    assert rich.render(table, width=width, color=color) == drawn
