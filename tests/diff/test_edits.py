"""The shortest way from one sequence to another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cnncalc.diff.edits import shortest

WORDS = st.lists(st.integers(0, 2), max_size=12)


def longest(old, new):
    """The length of the longest common subsequence, by the table of all beginnings."""
    table = [[0] * (len(new) + 1)]
    for one in old:
        row = [0]
        for place, other in enumerate(new):
            row.append(table[-1][place] + 1 if one == other else max(row[-1], table[-1][place + 1]))
        table.append(row)
    return table[-1][-1]


@given(WORDS, WORDS)
def test_it_keeps_as_much_as_can_be_kept_in_order(old, new):
    found = shortest(old, new, 100)

    assert len(found) == longest(old, new)
    assert all(old[x] == new[y] for x, y in found)
    assert all(x < u and y < v for (x, y), (u, v) in pairwise(found))


def test_it_gives_up_where_too_much_is_different():
    assert shortest("aaaa", "bbbb", 7) is None
    assert shortest("aaaa", "bbbb", 8) == []


def test_little_that_is_different_of_much_takes_little_time():
    old = [0, 1] * 50_000
    new = [*old[:30_000], 2, *old[30_000:60_000], *old[60_010:]]

    assert len(shortest(old, new, 100)) == 100_000 - 10
