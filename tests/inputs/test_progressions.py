"""Sets of numbers in words."""

import pytest

from cnncalc.input_sizes.progressions import pattern


@pytest.mark.parametrize(("members", "limit", "words", "smallest", "step"), [
    (range(1, 101),                              100,  "every n",                           1,    1),
    (range(188, 1025),                           1024, "n ≥ 188",                           188,  1),
    (range(16, 1025, 16),                        1024, "n ≡ 0 (mod 16)",                    16,   16),
    (range(188, 1025, 16),                       1024, "n ≡ 12 (mod 16), n ≥ 188",          188,  16),
    (range(1, 101, 2),                           100,  "n ≡ 1 (mod 2)",                     1,    2),
    ([n for n in range(1, 321) if n % 32 in (0, *range(25, 32))], 320, "n ≡ 0, 25…31 (mod 32)", 25, None),
    ([n for n in range(1, 101) if n % 8 != 3],   100,  "n ≢ 3 (mod 8)",                     1,    None),
    ([12, 28, *range(188, 1025, 16)],            1024, "12, 28 and n ≡ 12 (mod 16), n ≥ 188", 12, 16),
    ([32, 33, 34, 35],                           100,  "32…35",                             32,   None),
    ([32, 33],                                   100,  "32, 33",                            32,   None),
    (range(1, 36),                               100,  "1…35",                              1,    None),
    ([],                                         100,  "none",                              None, None),
    ([1],                                        1,    "1",                                 1,    None),
    (range(1, 101, 9),                           100,  "n ≡ 1 (mod 9)",                     1,    9),
    ([n * n for n in range(1, 11)],              100,  "1, 4, 9, 16, 25, 36, … (4 more)",   1,    None),
])  # fmt: skip
def test_a_set_in_words(members, limit, words, smallest, step):
    found = pattern(members, limit)

    assert (str(found), found.smallest, found.step) == (words, smallest, step)
    assert [n for n in range(1, limit + 1) if n in found] == list(members)


def test_what_repeats_goes_on():
    found = pattern(range(188, 1025, 16), 1024)

    assert 188 + 16 * 1000 in found
    assert 189 + 16 * 1000 not in found
    assert 188 - 16 not in found
    assert "188" not in found


def test_what_ends_does_not_go_on():
    assert 36 not in pattern(range(1, 36), 100)


def test_the_document_of_a_set():
    assert pattern([12, 28, *range(188, 1025, 16)], 1024).to_dict() == {
        "smallest": 12, "step": 16, "period": 16, "residues": [12], "from": 188, "besides": [[12, 12], [28, 28]],
    }  # fmt: skip


@pytest.mark.parametrize(("members", "limit", "words"), [
    # 6 apart from 7 on, and 7 to 24 are three times 6.
    ([5, 12, 18, 24], 24, "5 and n ≡ 0 (mod 6), n ≥ 12"),
    # 6 apart from 12 on: the third time ends at 29.
    ([11, 12, 18, 24], 24, "11, 12, 18, 24"),
    ([11, 12, 18, 24], 28, "11, 12, 18, 24"),
    ([11, 12, 18, 24], 29, "11 and n ≡ 0 (mod 6), n ≥ 12"),
])
def test_what_was_seen_twice_is_no_rule_yet(members, limit, words):
    assert str(pattern(members, limit)) == words
