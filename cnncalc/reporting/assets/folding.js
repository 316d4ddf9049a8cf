// Which blocks of a network are unfolded: the table of its layers and the graph show the same.

const AT_FIRST = 60; // so many rows are unfolded at first, at most

class Folding {
  // `table` has the rows of layers and blocks: those inside a row follow it, one level deeper.
  constructor(table) {
    this.table = table;
    this.count = table.first.length;
    this.depths = largest(table.level) + 1;
    this.parents = this.findParents();
    this.open = new Set();
    this.listeners = [];
    this.unfold(this.firstDepth());
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  change() {
    for (const listener of this.listeners) listener();
  }

  findParents() {
    const parents = [];
    const path = [];
    for (let row = 0; row < this.count; row += 1) {
      path.length = this.table.level[row];
      parents.push(path.length ? path[path.length - 1] : -1);
      path.push(row);
    }
    return parents;
  }

  hasRowsInside(row) {
    return row + 1 < this.count && this.table.level[row + 1] > this.table.level[row];
  }

  // The deepest at which the table is still short: blocks below that are folded.
  firstDepth() {
    const { level, block } = this.table;
    for (let depth = this.depths; depth > 1; depth -= 1) {
      let shown = 0;
      for (let row = 0; row < this.count; row += 1) {
        const parent = this.parents[row];
        if (level[row] < depth && (parent < 0 || block[parent])) shown += 1;
      }
      if (shown <= AT_FIRST) return depth;
    }
    return 1;
  }

  // Opens the blocks above a depth; norms and activations stay with their layer unless `all`.
  unfold(depth, all = false) {
    this.open.clear();
    for (let row = 0; row < this.count; row += 1) {
      if (this.table.level[row] < depth - 1 && (all || this.table.block[row])) this.open.add(row);
    }
    this.depth = all ? "every" : String(depth);
    this.change();
  }

  toggle(row, open = !this.open.has(row)) {
    if (!this.hasRowsInside(row) || open === this.open.has(row)) return;
    if (open) this.open.add(row);
    else this.open.delete(row);
    this.depth = "";
    this.change();
  }

  // Opens these rows and no others.
  use(rows) {
    this.open = new Set(rows);
    this.depth = "";
    this.change();
  }

  // The names of what is open, and the same opened in another version of the network.
  named() {
    return new Set([...this.open].map((row) => this.table.cells[row][0]));
  }

  openAll(names) {
    this.use(this.table.first.flatMap((_, row) => (this.hasRowsInside(row) && names.has(this.table.cells[row][0]) ? [row] : [])));
  }

  // Opens whatever is around a row.
  reveal(row) {
    let isChanged = false;
    for (let at = this.parents[row]; at >= 0; at = this.parents[at]) {
      isChanged ||= !this.open.has(at);
      this.open.add(at);
    }
    if (!isChanged) return;
    this.depth = "";
    this.change();
  }

  // The rows that are to be seen, in their order, what is folded as one.
  shown(open = this.open) {
    const { level } = this.table;
    const shown = [];
    for (let row = 0; row < this.count; row += 1) {
      shown.push(row);
      if (this.hasRowsInside(row) && !open.has(row)) {
        const own = level[row];
        while (row + 1 < this.count && level[row + 1] > own) row += 1;
      }
    }
    return shown;
  }

  // A choice of the depth to which all blocks are unfolded; it stands empty where they are not alike.
  choice(label) {
    const depths = Array.from({ length: this.depths - 1 }, (_, at) => [at + 1, `depth ${at + 1}`]);
    const entries = [...depths, [this.depths, "all blocks"], ["every", "every node"]];
    const select = el("select", {
      "aria-label": label,
      on: { change: () => {
        const isEvery = select.value === "every";
        this.unfold(isEvery ? this.depths : Number(select.value), isEvery);
      } },
    }, el("option", { value: "", disabled: true, hidden: true }, "some blocks"),
    entries.map(([value, word]) => el("option", { value }, word)));
    const follow = () => { select.value = this.depth; };
    this.onChange(follow);
    follow();
    return select;
  }
}
