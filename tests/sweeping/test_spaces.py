"""Spaces: every setting at its place, the same sample everywhere, and lists out of files."""

import pytest

from cnncalc.errors import UsageError
from cnncalc.sweeping.grids import Grid, grid, pairs, size_grid
from cnncalc.sweeping.lists import read_list
from cnncalc.sweeping.spaces import Listed, Product, sample, within_reason

SMALL = Product({"w": grid("0.5,1"), "res": grid("96:160:32")})


def listed(space):
    return [tuple(space.setting(place).values()) for place in range(space.count)]


def test_the_last_name_changes_fastest():
    assert listed(SMALL) == [(0.5, 96), (0.5, 128), (0.5, 160), (1, 96), (1, 128), (1, 160)]


def test_a_part_is_a_stretch_of_the_whole():
    assert listed(SMALL.part(1, 4)) == listed(SMALL)[1:4]
    assert listed(SMALL.part(1, 6).part(2, 4)) == listed(SMALL)[3:5]


def test_a_trillion_settings_are_no_more_than_their_axes():
    space = Product({name: grid("0:999999:1") for name in "ab"})
    assert space.count == 10**12
    assert space.setting(10**12 - 1) == {"a": 999_999, "b": 999_999}
    with pytest.raises(UsageError, match="there are 1,000,000,000,000 settings, and a sweep looks at 100,000,000"):
        within_reason(space)
    assert sample(space, 5, 1).count == 5


def test_a_sample_is_the_same_everywhere():
    """Python promises the numbers that `random()` draws, in every version."""
    space = Product({"a": grid("0:999:1"), "b": grid("x,y")})
    assert listed(sample(space, 4, 7)) == SAMPLE_OF_SEED_7
    assert listed(sample(space, 4, 8)) != SAMPLE_OF_SEED_7


SAMPLE_OF_SEED_7 = [(57, "y"), (323, "x"), (535, "x"), (650, "x")]


def test_a_sample_has_each_setting_once():
    assert listed(sample(SMALL, 6, 3)) == listed(sample(SMALL, 99, 5)) == listed(SMALL)
    few = listed(sample(SMALL, 3, 0))
    assert len(set(few)) == 3
    assert few == sorted(few, key=listed(SMALL).index)


@pytest.mark.parametrize("count", [0, -1, 10**8])
def test_a_sample_of_no_size_is_refused(count):
    with pytest.raises(UsageError, match="a sample has 1 to 10,000,000 settings"):
        sample(SMALL, count, 0)


SPACES = [
    SMALL, sample(SMALL, 4, 1), SMALL.part(2, 5), Listed([{"w": 0.5, "act": "relu"}, {"w": 1, "act": "silu"}]),
    Product({"w": grid("0.25:2:0.05"), "n": grid("7:1:-2"), "s": Grid([[1, 2], [3]]), "size": size_grid("9,9;8")}),
]  # fmt: skip


def test_spaces_are_told_apart_by_their_pieces():
    others = [Product({"w": grid("1:2:1")}), Product({"w": grid("1,2")}), Product({"w": grid([1.0, 2])}),
              Product({"v": grid("1,2")}), sample(SMALL, 4, 2), Listed([{"w": 0.5, "act": "relu"}])]  # fmt: skip
    pieces = [tuple(space.pieces()) for space in (*SPACES, *others)]
    assert len(set(pieces)) == len(pieces)
    assert tuple(sample(SMALL, 4, 1).pieces()) == pieces[1]


def test_settings_of_different_names_are_no_list():
    with pytest.raises(UsageError, match="setting 2 of the list is about v, the first about w"):
        Listed([{"w": 1}, {"v": 1}])
    with pytest.raises(UsageError, match="the list of settings is empty"):
        Listed([])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("w,act\n0.5,relu\n\n1, silu\n0.5,relu\n", [{"w": 0.5, "act": "relu"}, {"w": 1, "act": "silu"}]),
        ('{"w": 0.5}\n{"w": 1}\n', [{"w": 0.5}, {"w": 1}]),
        ("\ufeffw\n0.5\n", [{"w": 0.5}]), ('\ufeff{"w": 0.5}\n', [{"w": 0.5}]),
        ('k\n"[3, 5]"\n"[1,1]"\n', [{"k": [3, 5]}, {"k": [1, 1]}]),
        ('a,b\n1,""\n1,\n"",null\r\n', [{"a": 1, "b": ""}, {"a": 1, "b": None}, {"a": "", "b": None}]),
        ('a,b,c\n"x,"",y",""""""," "\n', [{"a": 'x,",y', "b": '""', "c": None}]),
    ],
)
def test_a_list_is_csv_or_json_lines(tmp_path, text, found):
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    assert read_list(str(path)) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "has no settings"), (b"w\n", "has no settings"), (b"w\n\xff\n", "is not UTF-8"),
        (b"w,v\n1\n", ":2: 1 values for 2 names"), (b'{"w": 1}\n[1]\n', ":2: not an object of JSON"),
        (b'{"w": 1}\n{"w": ', ":2: not an object of JSON"), (b'w\n"1\n', ":2: unexpected end of data"),
        (b"w, w\n1,2\n", "list:1: two columns are called `w`"), (b'{"w": 1}\n{"w": 0.5, "w": 1}\n', "list:2: `w` is given twice"),
        (b'[{"w": 0.5}]\n', "list begins with an array .one setting a line"),
        (b"w\n" + b"1" * 100_001, ":2: a line has at most 100,000 characters"),
    ],
)  # fmt: skip
def test_a_bad_list_says_where(tmp_path, text, message):
    path = tmp_path / "list"
    path.write_bytes(text)
    with pytest.raises(UsageError, match=message):
        read_list(str(path))


def test_a_list_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr("cnncalc.sweeping.lists.MOST", 2)
    path = tmp_path / "list"
    path.write_text("w\n1\n2\n3\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has more than 2 settings"):
        read_list(str(path))


def test_sizes_are_written_with_a_cross():
    assert list(size_grid("96,96;128x64;16;96,96")) == ["96x96", "128x64", "16"]
    assert list(size_grid([(96, 96), 16])) == ["96x96", "16"]
    for bad, got in (([], "has no sizes"), ([(0, 1)], r"got \[0, 1\]"), (["a,b"], "got `a,b`"), ([("a", "b")], "got "),
                     ("32,32;64;x", "got 32,32;64;x"), ("32,32;", "got 32,32;"), ([True], "got "), ([()], "got ")):  # fmt: skip
        with pytest.raises(UsageError, match=f"--size .*{got}"):
            size_grid(bad)


def test_pairs_are_given_once():
    assert pairs(["w=1", " v = 2"]) == {"w": "1", "v": "2"}
    for bad in ("w", "=1"):
        with pytest.raises(UsageError, match="--var takes NAME=VALUES"):
            pairs([bad])
    with pytest.raises(UsageError, match="--var is given twice for `w`"):
        pairs(["w=1", "w=2"])
