"""The networks of two sides in pairs, and what is different between the two of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.diff import layers
from cnncalc.diff.lines import lines
from cnncalc.diff.saved import coarse, of_document, of_totals
from cnncalc.diff.snapshot import Snapshot, of_network, run_as
from cnncalc.diff.structure import align_nodes
from cnncalc.errors import SpecError, UsageError
from cnncalc.foreign import visible
from cnncalc.language.build import build, title
from cnncalc.language.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cnncalc.diff.layers import Layers
    from cnncalc.diff.sides import File, Side
    from cnncalc.errors import Diagnostic
    from cnncalc.language.model import Model, Variant
    from cnncalc.network import Network

SAME, CHANGED, RENAMED, ADDED, REMOVED, FAILED = (
    "unchanged", "changed", "renamed", "added", "removed", "failed",
)  # fmt: skip


class Number(NamedTuple):
    """A total then and now, None where it is unknown or there is none, and the bounds on it."""

    key: str
    old: Any
    new: Any
    budget: int | None = None
    old_budget: int | None = None

    @property
    def differs(self) -> bool:
        """Whether the number or its bound is another."""
        return self.old != self.new or self.budget != self.old_budget


class Compared(NamedTuple):
    """A network then and now: its place (path, name), None where there is none; what is different.

    `variables` are those of the spec that have other values, and the `dialect`. `layers` is None
    where a document does not have them.
    """

    status: str
    old: tuple[str, str] | None
    new: tuple[str, str] | None
    variant: bool = False
    totals: tuple[Number, ...] = ()
    layers: Layers | None = None
    variables: tuple[tuple[str, Any, Any], ...] = ()


class Comparison(NamedTuple):
    """Two sides compared; `findings` are what is wrong with the specs that cannot be."""

    old: str
    new: str
    models: tuple[Compared, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is not the same."""
        return any(model.status != SAME for model in self.models)


class _Entry:
    """A network of a side that may be loaded; `key` is its model and variant in the file.

    It is `changed` if it is not built as the file says.
    """

    def __init__(
        self,
        path: str,
        key: tuple[str, str],
        name: str,
        load: Callable[[], Network] | None,
        saved: Snapshot | None = None,
        file: File | None = None,
        *,
        changed: bool = False,
    ) -> None:
        self.path = path
        self.key = key
        self.name = name
        self.saved = saved
        self.file = file
        self.changed = changed
        self._load = load
        self._network: Network | None = None
        self.error: SpecError | None = None

    def network(self) -> Network | None:
        """The network; None, with the error kept, if the spec is bad."""
        if self._load is not None and self._network is None and self.error is None:
            try:
                self._network = self._load()
            except UsageError:
                raise
            except SpecError as error:
                self.error = error
        return self._network

    def snapshot(self, *, plain: bool) -> Snapshot | None:
        """What there is to compare; `plain` as a document would have it."""
        if self.saved is not None:
            return self.saved
        network = self.network()
        if network is None:
            return None
        return coarse(network) if plain else of_network(network)


def compare(old: Side, new: Side) -> Comparison:
    """Every network of two sides.

    Raises UsageError if one is a directory and the other a file, or for an unknown model.
    """
    if old.is_single != new.is_single and not (old.documents or new.documents):
        raise UsageError("one is a directory, the other a file", "compare two of a kind")
    same = [
        path for path in old.files
        if path and path in new.files and old.files[path].data == new.files[path].data
        and new.files[path].stands_alone
    ]  # fmt: skip
    # What has not been touched need not be loaded.
    models = [Compared(SAME, (path, ""), (path, "")) for path in same]
    one_model = any(
        side.model is not None or side.changes or "" in (side.documents or ())
        for side in (old, new)
    )
    before, after = (list(_entries(side, set(same), alone=one_model)) for side in (old, new))
    for side, found in ((old, before), (new, after)):
        if side.model is not None and not found:
            raise UsageError(f"the document has no model {visible(side.model)}")
    if any(side.is_model_file for side in (old, new)):
        # A model file has one network: variants of the other side are not gone.
        before, after = ([e for e in found if not e.key[1]] for found in (before, after))
    entries = [*before, *after]
    bad = {entry.path: entry.name for entry in entries if entry.error is not None}
    models += [Compared(FAILED, (path, name), (path, name)) for path, name in bad.items()]
    for one, other in _pairs(*([e for e in side if e.path not in bad] for side in (before, after))):
        models.append(_compare_entries(one, other))
    failures = dict.fromkeys(entry.error for entry in entries if entry.error is not None)
    findings = dict.fromkeys(finding for error in failures for finding in error.diagnostics)
    return Comparison(old.label, new.label, tuple(models), tuple(findings))


def _entries(side: Side, left_out: set[str], *, alone: bool) -> Iterable[_Entry]:
    """The networks of a side; `alone` if one is meant, by its name or because there is but one."""
    for key, record in (side.documents or {}).items():
        path, _, name = key.rpartition("::")
        if side.model in (None, name, record.get("model")):
            saved = of_totals(record) if key else of_document(record)
            yield _Entry(path, ("", ""), saved.name, None, saved)
    for path, file in side.files.items():
        if path not in left_out:
            yield from _of_file(path, file, side, alone=alone)


def _of_file(path: str, file: File, side: Side, *, alone: bool) -> Iterable[_Entry]:
    try:
        document = Document(file.source())
        if not document.models:
            raise document.report.error()
    except SpecError as error:
        entry = _Entry(path, ("", ""), file.name, None)
        entry.error = error
        yield entry
        return
    if alone:
        model, variant = document.select(side.model)
        yield _entry(path, file, document, model, variant, changes=side.changes, alone=True)
        return
    for model in document.models.values():
        for variant in (None, *model.variants):
            yield _entry(path, file, document, model, variant)


def _entry(
    path: str,
    file: File,
    document: Document,
    model: Model,
    variant: Variant | None,
    *,
    changes: Mapping[str, Any] | None = None,
    alone: bool = False,
) -> _Entry:
    key = (model.name if len(document.models) > 1 else "", variant.name if variant else "")
    return _Entry(
        path,
        ("", "") if alone else key,
        title(document, model, variant),
        lambda: build(
            document, model.name, variant=variant, budget=document.budget, **(changes or {})
        ),
        file=file,
        changed=bool(changes),
    )


# Pairs ---------------------------------------------------------------------------------------


def _pairs(
    old: Sequence[_Entry], new: Sequence[_Entry]
) -> list[tuple[_Entry | None, _Entry | None]]:
    """The networks of both sides, each with the one that it is or was; in the order of the new side."""
    partner: dict[int, _Entry] = {}
    left, right = list(old), list(new)

    def join(pairs: Iterable[tuple[_Entry, _Entry]]) -> None:
        for one, other in pairs:
            if one in left and other in right:
                partner[id(other)] = one
                left.remove(one)
                right.remove(other)

    join(_equal(left, right, lambda entry: (entry.path, entry.key)))
    join(_equal(left, right, lambda entry: entry.name or None))
    join(_equal(left, right, lambda entry: entry.file and (entry.file.data, entry.key)))
    if len(left) == len(right) == 1:
        join([(left[0], right[0])])
    join(_alike(left, right))
    found: list[tuple[_Entry | None, _Entry | None]] = [
        (partner.get(id(entry)), entry) for entry in new
    ]
    return found + [(entry, None) for entry in left]


def _equal(
    old: Sequence[_Entry], new: Sequence[_Entry], key: Callable[[_Entry], object]
) -> list[tuple[_Entry, _Entry]]:
    """Those with the same key, which is None for what has none, each once."""
    places: dict[object, list[_Entry]] = {}
    for entry in new:
        places.setdefault(key(entry), []).append(entry)
    found = []
    for entry in old:
        here = key(entry)
        if here is not None and places.get(here):
            found.append((entry, places[here].pop(0)))
    return found


_ALIKE = 0.6


def _alike(old: Sequence[_Entry], new: Sequence[_Entry]) -> list[tuple[_Entry, _Entry]]:
    """Those that have most of their layers in common, the most alike first."""
    from collections import Counter

    kinds: dict[int, Counter[str]] = {}
    for entry in (*old, *new):
        network = entry.network()
        nodes = network.nodes if network is not None else ()
        kinds[id(entry)] = Counter(
            f"{node.op} {node.layer!r}" for node in nodes if node.layer is not None
        )
    ranked: list[tuple[float, int, _Entry, _Entry]] = []
    for one in old:
        for other in new:
            mine, theirs = kinds[id(one)], kinds[id(other)]
            total = sum(mine.values()) + sum(theirs.values())
            share = 2 * sum((mine & theirs).values()) / total if total else 0
            if share >= _ALIKE:
                ranked.append((-share, len(ranked), one, other))
    return [(one, other) for _, _, one, other in sorted(ranked, key=lambda pair: pair[:2])]


# One pair ------------------------------------------------------------------------------------


def _compare_entries(old: _Entry | None, new: _Entry | None) -> Compared:
    sides = [side for side in (old, new) if side is not None]
    plain = any(side.saved is not None and side.saved.rows is not None for side in sides)
    then = old.snapshot(plain=plain) if old is not None else None
    now = new.snapshot(plain=plain) if new is not None else None
    if old is not None and new is not None and then is not None and now is not None:
        before, after = old.network(), new.network()
        if before is not None and after is not None:
            then, now = run_as(then, before, after), run_as(now, after, before)
    if then is not None and now is not None and new is not None and new.changed:
        # The bounds are those of the spec; what it expects at its own settings is left out.
        now = now._replace(budget=then.budget)
    places = [None if side is None else (side.path, side.name) for side in (old, new)]
    made = Compared(FAILED, places[0], places[1], variant=any(side.key[1] for side in sides))
    if any(side.error is not None for side in sides):
        return made
    made = made._replace(totals=tuple(_totals(then, now)))
    if then is None or now is None:
        return made._replace(status=REMOVED if now is None else ADDED)
    found = _compare_layers(then, now, old, new)
    made = made._replace(layers=found, variables=tuple(_variables(then, now)))
    if any(number.differs for number in made.totals) or (found is not None and found.differs):
        return made._replace(status=CHANGED)
    return made._replace(status=RENAMED if _is_renamed(*sides) else SAME)


def _compare_layers(
    then: Snapshot, now: Snapshot, old: _Entry | None, new: _Entry | None
) -> Layers | None:
    """What is different of the layers, told in the way that takes fewer lines; None if they are not known."""
    if then.rows is None or now.rows is None:
        return None
    found = layers.compare(then, now)
    before, after = (None if side is None else side.network() for side in (old, new))
    if not found.told or before is None or after is None:
        return found
    # Other names, or other groups, can make one network look like two.
    then, now = (of_network(network, apart=True) for network in (before, after))
    other = layers.compare(then, now, align_nodes(then, now, before, after))
    return min(found, other, key=_length)


def _length(told: Layers) -> tuple[int, int]:
    """How much there is to read: lines that are more than another name count for more."""
    shown = lines(told)
    return sum(line.status != layers.RENAMED for line in shown), len(shown)


def _is_renamed(old: _Entry, new: _Entry) -> bool:
    """Whether a network that is the same has another path, or a name that is not its file's."""
    if old.file is None or new.file is None:
        return False
    files = {
        entry.file.name.replace("\\", "/").rpartition("/")[2] for entry in (old, new) if entry.file
    }
    return old.path != new.path or (old.name != new.name and len(files) == 1)


def _totals(old: Snapshot | None, new: Snapshot | None) -> Iterable[Number]:
    """The totals that both sides know, or one if there is but one, and the shapes that come out."""
    known = [shot for shot in (old, new) if shot is not None]
    for key in dict.fromkeys(key for shot in known for key in shot.totals):
        # A document does not have memory in the way of a budget.
        if all(key in shot.totals or not shot.coarse for shot in known):
            then, now = (None if shot is None else shot.totals.get(key) for shot in (old, new))
            bounds = [None if shot is None else shot.budget.get(key) for shot in (new, old)]
            if not all(shot.budget or not shot.coarse for shot in known):
                # A document does not have the budget: that it is missing there says nothing.
                bounds[1] = bounds[0]
            yield Number(key, then, now, *bounds)
    for name in dict.fromkeys(name for shot in known for name in shot.outputs):
        then, now = (None if shot is None else shot.outputs.get(name) for shot in (old, new))
        yield Number("output" if name == "output" else f"output.{name}", then, now)


def _variables(old: Snapshot, new: Snapshot) -> Iterable[tuple[str, Any, Any]]:
    if old.coarse or new.coarse:
        return
    if old.dialect != new.dialect:
        yield "dialect", old.dialect, new.dialect
    for name, value in new.variables.items():
        if name in old.variables and old.variables[name] != value:
            yield name, old.variables[name], value
