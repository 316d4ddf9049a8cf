"""Which layer of the old network is which of the new one.

Names that somebody gave come first. What has none, or another, is found by what it is: the two
lists of a block are aligned so that as much as possible stays the same, as texts are compared line
by line. So one layer more does not turn all that follow it into others.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.diff.edits import shortest
from cnncalc.diff.tree import Part, is_counted, likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from cnncalc.diff.snapshot import Row


class Alignment(NamedTuple):
    """What became of each layer.

    `pairs` are the same layer then and now; `removed` and `added` are whole groups where all in
    them is. `renamed` are the paths of what has another name, an empty one being the network
    itself; `repeated` says of what there are more or fewer repetitions: (old path, new path, then,
    now). `moved` are the groups, or layers, that stand behind others than before.
    """

    pairs: list[tuple[Row, Row]]
    removed: list[Part]
    added: list[Part]
    renamed: list[tuple[str, str]]
    repeated: list[tuple[str, str, int, int]]
    moved: list[tuple[Part, Part]]


def align(old: Sequence[Part], new: Sequence[Part]) -> Alignment:
    """Align two networks."""
    found = Alignment([], [], [], [], [], [])
    _walk(old, new, found)
    return _regroup(found)


def _walk(old: Sequence[Part], new: Sequence[Part], found: Alignment) -> None:
    for one, other in _match(old, new, found.moved):
        if one is None and other is not None:
            found.added.append(other)
        elif other is None and one is not None:
            found.removed.append(one)
        elif one is not None and other is not None:
            _pair(one, other, found)


def _pair(one: Part, other: Part, found: Alignment) -> None:
    """Two that are the same, and what is in them."""
    if one.name != other.name and not (one.generated and other.generated):
        found.renamed.append((one.path, other.path))
    if one.row is not None and other.row is not None:
        found.pairs.append((one.row, other.row))
        return
    then, now = one.children, other.children
    if one.repeats != other.repeats:
        # What is repeated now, or no more: it was one repetition.
        then, now = (x.children if x.repeats else [x.once()] for x in (one, other))
    alike = len({item.label for item in (*then, *now)}) == 1
    if (one.repeats or other.repeats) and len(then) != len(now) and alike:
        found.repeated.append((one.path, other.path, len(then), len(now)))
    _walk(then, now, found)


# One list against another --------------------------------------------------------------------

Match = tuple["Part | None", "Part | None"]

_TABLE = 250_000
"""Lists whose product is larger are matched by name and signature alone."""


def _match(old: Sequence[Part], new: Sequence[Part], moved: list[tuple[Part, Part]]) -> list[Match]:
    """The items of two lists in pairs; None where one has no partner. Adds to `moved`."""
    start = 0
    while start < min(len(old), len(new)) and _is_same(old[start], new[start]):
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and _is_same(old[-1 - end], new[-1 - end]):
        end += 1
    middle = old[start : len(old) - end], new[start : len(new) - end]
    small = len(middle[0]) * len(middle[1]) <= _TABLE
    kept = _kept_names(*middle)
    inner = (
        _fill_gaps(_best(*middle, _but_for(kept, _sure)), _but_for(kept, _score))
        if small
        else _quick(*middle)
    )
    pairs: list[Match] = list(zip(old[:start], new[:start], strict=True))
    pairs += _rejoin(inner, moved)
    return pairs + list(zip(old[len(old) - end :], new[len(new) - end :], strict=True))


def _is_same(one: Part, other: Part) -> bool:
    return one.name == other.name and one.signature == other.signature


def _kept_names(old: Sequence[Part], new: Sequence[Part]) -> set[str]:
    """The names of what is the same in both lists: none of it is what has another name."""
    same = {(item.name, item.signature) for item in old if not item.generated}
    return {
        item.name
        for item in new
        if not item.generated
        and (item.name, item.signature) in same
        and not is_counted(item.name, item.label)
    }


def _but_for(names: set[str], score: Callable[[Part, Part], int]) -> Callable[[Part, Part], int]:
    """A score that is 0 between what has one of these names and what has another."""
    if not names:
        return score

    def inner(one: Part, other: Part) -> int:
        apart = one.name != other.name and (one.name in names or other.name in names)
        return 0 if apart else score(one, other)

    return inner


def _fill_gaps(
    matches: Sequence[Match], score: Callable[[Part, Part], int] | None = None
) -> list[Match]:
    """What was lost and won between two layers that are the same: some of it may only have changed."""
    found: list[Match] = []
    lost: list[Part] = []
    won: list[Part] = []
    for one, other in (*matches, (None, None)):
        if one is not None and other is None:
            lost.append(one)
        elif one is None and other is not None:
            won.append(other)
        else:
            found += _best(lost, won, score or _score)
            lost, won = [], []
            if one is not None:
                found.append((one, other))
    return found


def _best(
    old: Sequence[Part], new: Sequence[Part], score: Callable[[Part, Part], int]
) -> list[Match]:
    """The alignment that keeps most, in order (Needleman and Wunsch 1970)."""
    scores = [[*(score(one, other) for other in new), 0] for one in old]
    scores.append([0] * (len(new) + 1))
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(new) - 1, -1, -1):
            row[j] = max(below[j], row[j + 1], below[j + 1] + scores[i][j])
    found: list[Match] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            found.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j] and (scores[i + 1][j] or best[i][j] != best[i][j + 1]):
            found.append((old[i], None))
            i += 1
        else:
            # Of two ways that are as good, the one that goes on at once.
            found.append((None, new[j]))
            j += 1
    found += [(item, None) for item in old[i:]]
    return found + [(None, item) for item in new[j:]]


def _sure(one: Part, other: Part) -> int:
    """As `_score`, but 0 for what is only of one kind."""
    given = one.name == other.name and not (one.generated and other.generated)
    if given or one.signature == other.signature:
        return _score(one, other)
    if one.row is not None or other.row is not None:
        return 0
    return min(one.size, other.size) * _likely_groups(one, other)


def _score(one: Part, other: Part) -> int:
    """How likely two items are one and the same; 0 if they are not.

    Names that nobody gave count for nothing: they move on with every layer that is put in.
    """
    given = one.name == other.name and not (one.generated and other.generated)
    if (one.row is None) != (other.row is None):
        group, single = (one, other) if one.row is None else (other, one)
        again = any(child.row and child.signature == single.signature for child in group.children)
        return 20 if group.repeats and again else 0
    # A large block that is found again counts for more than an activation.
    weight: int = min(one.size, other.size)
    if one.signature == other.signature:
        return weight * (60 + 40 * given)
    if one.row is not None and other.row is not None:
        # Of another kind it is the same layer only if somebody called both so.
        kept = given and (one.row.op == other.row.op or not (one.generated or other.generated))
        return _likely(one.row, other.row, given=kept)
    kinds = likeness(one.kinds, other.kinds)
    return weight * (40 * given + (_likely_groups(one, other) or int(4 * kinds) * (kinds >= _KIN)))


_KIN = 0.8
"""Blocks that have so many kinds of layer in common may be one block that was changed."""


def _likely(one: Row, other: Row, *, given: bool) -> int:
    if one.op != other.op:
        return 30 if given else 0
    keys = one.keys.keys() | other.keys.keys()
    same = sum(1 for key in keys if one.keys.get(key) == other.keys.get(key))
    return 10 + 40 * given + 10 * same // max(1, len(keys))


def _likely_groups(one: Part, other: Part) -> int:
    alike = int(40 * likeness(one.layers, other.layers))
    same_block = one.label == other.label if one.label else one.name == other.name
    if alike >= 20 or (same_block and alike >= 8):
        return 5 + 5 * same_block + alike
    return 5 if same_block and one.name == other.name else 0


def _quick(old: Sequence[Part], new: Sequence[Part]) -> list[Match]:
    """Lists too long for a table: in order if little is different, else by name and signature."""
    common = {item.name for item in old if not item.generated} & {item.name for item in new}

    def keys(items: Sequence[Part]) -> list[Hashable]:
        return [item.name if item.name in common else item.signature for item in items]

    snakes = shortest(keys(old), keys(new), _EDITS)
    if snakes is None:
        return _by_name(old, new)
    found: list[Match] = []
    i = j = 0
    for x, y in [*snakes, (len(old), len(new))]:
        found += [(item, None) for item in old[i:x]]
        found += [(None, item) for item in new[j:y]]
        if x < len(old):
            found.append((old[x], new[y]))
        i, j = x + 1, y + 1
    return _fill_gaps(found)


_EDITS = 1000


def _by_name(old: Sequence[Part], new: Sequence[Part]) -> list[Match]:
    """The same by name and signature, then by name, then by signature, in whatever order."""
    found: list[Match] = []
    left: list[Part] = list(old)
    right: list[Part] = list(new)
    keys: tuple[Callable[[Part], object], ...] = (
        lambda item: (item.name, item.signature),
        lambda item: item.path if item.generated else (item.name, item.label),
        lambda item: item.signature,
    )
    for key in keys:
        places: dict[object, list[Part]] = {}
        for item in reversed(right):
            places.setdefault(key(item), []).append(item)
        pairs = [(item, places[key(item)].pop()) for item in left if places.get(key(item))]
        taken = {id(item) for pair in pairs for item in pair}
        left = [item for item in left if id(item) not in taken]
        right = [item for item in right if id(item) not in taken]
        found += pairs
    return [*found, *((item, None) for item in left), *((None, item) for item in right)]


def _rejoin(matches: list[Match], moved: list[tuple[Part, Part]]) -> list[Match]:
    """Layers that were removed in one place and added in another were moved."""
    lost = [one for one, other in matches if other is None and one is not None]
    won = [other for one, other in matches if one is None and other is not None]
    alone = Counter(item.signature for item in lost)
    named = {item.name: item for item in won if not item.generated}
    like: dict[Hashable, list[Part]] = {}
    for item in reversed(won):
        like.setdefault(item.signature, []).append(item)
    before: dict[int, Part] = {}
    for item in lost:
        same = like.get(item.signature, []) if alone[item.signature] == 1 else []
        other = named.get(item.name) if not item.generated else None
        if other is None or not _score(item, other):
            other = next((found for found in reversed(same) if id(found) not in before), None)
        if other is not None and id(other) not in before:
            before[id(other)] = item
            moved.append((item, other))
    gone = {id(item) for item in before.values()}
    return [
        (before.get(id(other), one) if one is None else one, other)
        for one, other in matches
        if other is not None or id(one) not in gone
    ]


# Other groups --------------------------------------------------------------------------------


def _regroup(found: Alignment) -> Alignment:
    """Layers that were only put into other groups: found again if most of them are there."""
    gone = [row for item in found.removed for row in item.rows()]
    come = [row for item in found.added for row in item.rows()]
    if not gone or not come or len(gone) * len(come) > 4 * _TABLE:
        return found
    matcher = SequenceMatcher(
        None, [r.signature for r in gone], [r.signature for r in come], autojunk=False
    )
    blocks = matcher.get_matching_blocks()
    if (
        2 * sum(block.size for block in blocks) < min(len(gone), len(come))
        or len(gone) + len(come) <= 2
    ):
        return found
    pairs = [(gone[b.a + k], come[b.b + k]) for b in blocks for k in range(b.size)]
    taken = {id(row) for pair in pairs for row in pair}
    names = {
        id(r): item for group in (*found.removed, *found.added) for item, r in _named_layers(group)
    }
    moves = dict.fromkeys(_prefixes(names[id(one)], names[id(other)]) for one, other in pairs)
    return found._replace(
        pairs=found.pairs + pairs,
        removed=[item for old in found.removed for item in _without(old, taken)],
        added=[item for new in found.added for item in _without(new, taken)],
        renamed=found.renamed + [move for move in moves if move[0] != move[1]],
    )


def _named_layers(item: Part) -> Iterator[tuple[Part, Row]]:
    """Every layer of a group, and the item that it is."""
    if item.row is not None:
        yield item, item.row
    for child in item.children:
        yield from _named_layers(child)


def _prefixes(one: Part, other: Part) -> tuple[str, str]:
    """Two paths without the end that they have in common: `a.conv1` and `b.conv1` are a and b.

    Names that nobody gave are as good as the same.
    """
    mine, theirs = one.path, other.path
    if one.generated and other.generated:
        mine, theirs = mine.rpartition(".")[0], theirs.rpartition(".")[0]
    return without_common_end(mine, theirs)


def without_common_end(one: str, other: str) -> tuple[str, str]:
    """Two paths without the parts at their ends that are the same.

    >>> without_common_end("a.conv1.norm", "b.0.conv1.norm")
    ('a', 'b.0')
    """
    mine, theirs = one.split("."), other.split(".")
    while mine and theirs and mine[-1] == theirs[-1]:
        mine.pop()
        theirs.pop()
    return ".".join(mine), ".".join(theirs)


def _without(item: Part, taken: set[int]) -> list[Part]:
    """What is left of a group: all of it, or the parts of which nothing was taken."""
    rows = list(item.rows())
    if not any(id(row) in taken for row in rows):
        return [item]
    return [left for child in item.children for left in _without(child, taken)]
