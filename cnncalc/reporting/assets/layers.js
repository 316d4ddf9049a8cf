// The table of layers: fold and unfold, sort, search, choose columns.
//
// Only the rows in sight are elements, so that ten thousand of them scroll as sixty do.

const ROW_HEIGHT = 28;
const SPARE = 12; // rows that are there above and below those in sight

panels.set("layers", {
  title: "Layers",
  draw(home, data, view) {
    const { rowsAt } = opened.own;
    const table = new LayerTable(home, data, view);
    table.show();
    if (rowsAt) table.scroller.scrollTop = rowsAt;
  },
});

class LayerTable {
  constructor(home, data, view) {
    this.data = data;
    this.view = view;
    this.count = data.first.length;
    const isHidden = ({ title, shown }) => (opened.hidden ? opened.hidden.has(title) : !shown);
    this.hidden = new Set(data.columns.flatMap((column, at) => (isHidden(column) ? [at] : [])));
    this.sorted = this.sortedAsBefore(); // {at, down}
    this.wanted = opened.own.wanted ?? "";
    this.active = 0; // the row that has the focus, by its place in `rows`
    this.chosen = null;
    this.folding = view.folding;
    this.build(home);
    view.onChoose((first, last, by) => this.mark(first, last, by));
    this.folding.onChange(() => this.follow());
  }

  sortedAsBefore() {
    const at = this.data.columns.findIndex(({ title }) => title === opened.sorted?.title);
    return at < 0 || this.hidden.has(at) ? null : { at, down: opened.sorted.down };
  }

  // Shows what is unfolded now; the row that has the focus keeps it, or the block does that it is folded into.
  follow() {
    let row = this.rows[this.active] ?? 0;
    this.show();
    while (row > 0 && !this.rows.includes(row)) row = this.folding.parents[row];
    this.active = Math.max(0, this.rows.indexOf(row));
    this.paint();
  }

  build(home) {
    this.search = el("input", {
      type: "search", placeholder: "name or kind", "aria-label": "Search layers", spellcheck: "false",
      on: { input: () => { this.wanted = opened.own.wanted = this.search.value.trim().toLowerCase(); this.active = 0; this.show(); } },
    });
    this.search.value = this.wanted;
    this.status = el("span", { class: "quiet", role: "status" });
    this.head = el("tr", { role: "row" });
    this.body = el("tbody", { role: "rowgroup" });
    this.groups = el("colgroup");
    this.table = el("table", {
      role: "treegrid", "aria-label": "Layers", tabindex: "0",
      on: { keydown: (event) => this.press(event), click: (event) => this.click(event) },
    }, this.groups, el("thead", { role: "rowgroup" }, this.head), this.body);
    this.scroller = el("div", { class: "scroller", on: { scroll: () => this.scroll() } }, this.table);
    home.append(
      el("div", { class: "bar" }, this.search, this.folding.choice("Unfold blocks down to"), this.columnChoice(), this.status),
      this.scroller);
    new ResizeObserver(() => this.paint()).observe(this.scroller);
    const { signal } = opened.shown;
    addEventListener("beforeprint", () => this.paint(true), { signal });
    addEventListener("afterprint", () => this.paint(), { signal });
  }

  columnChoice() {
    const boxes = this.data.columns.map((column, at) => {
      const box = el("input", { type: "checkbox", disabled: at === 0, on: { change: () => {
        if (box.checked) this.hidden.delete(at);
        else this.hidden.add(at);
        opened.hidden = new Set([...this.hidden].map((place) => this.data.columns[place].title));
        this.show();
      } } });
      box.checked = !this.hidden.has(at);
      return el("label", {}, box, column.title);
    });
    const menu = el("details", { class: "menu" }, el("summary", {}, "Columns"), el("div", {}, boxes));
    const { signal } = opened.shown;
    addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; }, { signal });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    return menu;
  }

  // The rows that are to be seen, in their order.
  find() {
    const { block, cells } = this.data;
    const all = [...Array(this.count).keys()];
    const matches = (row) => cells[row][0].toLowerCase().includes(this.wanted)
      || (cells[row][1] ?? "").toLowerCase().includes(this.wanted);
    if (this.sorted) {
      // Sorted, there are layers alone: a block among them would count them twice.
      const layers = all.filter((row) => !block[row] && (this.folding.parents[row] < 0 || block[this.folding.parents[row]]));
      return this.sort(layers.filter(matches));
    }
    if (this.wanted) {
      const found = new Set();
      for (const row of all) {
        for (let at = matches(row) ? row : -1; at >= 0; at = this.folding.parents[at]) found.add(at);
      }
      return all.filter((row) => found.has(row));
    }
    return this.folding.shown();
  }

  sort(rows) {
    const { at, down } = this.sorted;
    const key = this.data.columns[at].key;
    const numbers = this.data.numbers[key];
    const way = down ? -1 : 1;
    const value = numbers ? (row) => numbers[row] : (row) => this.data.cells[row][at];
    const isMissing = (one) => one === null || one === "";
    return rows.sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b) || one - other;
      const order = numbers ? a - b : a.localeCompare(b, "en", { numeric: true });
      return way * order || one - other;
    });
  }

  show() {
    this.rows = this.find();
    this.active = Math.min(this.active, Math.max(0, this.rows.length - 1));
    const columns = this.data.columns;
    this.columns = columns.map((_, at) => at).filter((at) => !this.hidden.has(at));
    this.groups.replaceChildren(...this.columns.map((at) => {
      const col = el("col");
      col.style.width = `${this.widthOf(at)}ch`;
      return col;
    }));
    this.table.style.width = `${this.columns.reduce((all, at) => all + this.widthOf(at), 0)}ch`;
    this.head.replaceChildren(...this.columns.map((at) => this.heading(at)));
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    this.table.setAttribute("aria-colcount", this.columns.length);
    const what = this.sorted ? "layers" : "rows";
    this.status.textContent = `${digits(this.rows.length)} ${what}`;
    this.paint();
  }

  widthOf(at) {
    this.widths ??= this.data.columns.map((column, place) => {
      let width = column.title.length + 4;
      this.data.cells.forEach((cells, row) => {
        const text = place === 0 ? this.shortName(row) : cells[place];
        const indent = place === 0 ? this.data.level[row] * 2 + 3 : 0;
        width = Math.max(width, [...text].length + indent + 3);
      });
      return Math.min(width, place === 0 ? (innerWidth < 600 ? 19 : 34) : 26);
    });
    return this.widths[at];
  }

  // Within its block a layer is called by the last part of its name.
  shortName(row) {
    const name = this.data.cells[row][0];
    const parent = this.folding.parents[row];
    const outer = parent >= 0 ? `${this.data.cells[parent][0]}.` : "";
    return outer && name.startsWith(outer) ? name.slice(outer.length) : name;
  }

  heading(at) {
    const column = this.data.columns[at];
    const order = this.sorted?.at === at ? (this.sorted.down ? "descending" : "ascending") : "none";
    const mark = { ascending: "▲", descending: "▼", none: "" }[order];
    const sort = () => {
      const down = column.right;
      if (this.sorted?.at !== at) this.sorted = { at, down };
      else if (this.sorted.down === down) this.sorted = { at, down: !down };
      else this.sorted = null;
      opened.sorted = this.sorted && { title: column.title, down: this.sorted.down };
      this.scroller.scrollTop = 0;
      this.show();
      this.head.querySelector(`[data-column="${at}"]`)?.focus();
    };
    return el("th", { role: "columnheader", scope: "col", "aria-sort": order, class: column.right ? "right" : null },
      el("button", { type: "button", "data-column": at, title: "sort", on: { click: sort } }, column.title || "·", el("span", { class: "mark", "aria-hidden": "true" }, mark)));
  }

  // Makes other rows once those that there are come to their end.
  scroll() {
    opened.own.rowsAt = this.scroller.scrollTop;
    const first = Math.floor(this.scroller.scrollTop / ROW_HEIGHT);
    const last = first + Math.ceil(this.scroller.clientHeight / ROW_HEIGHT);
    const [from, to] = this.painted ?? [0, 0];
    if ((first < from + 1 && from > 0) || (last > to - 1 && to < this.rows.length)) this.paint();
  }

  // Makes the rows in sight; all of them for print.
  paint(all = false) {
    if (!this.rows) return;
    const height = this.scroller.clientHeight || 400;
    const from = all ? 0 : Math.max(0, Math.floor(this.scroller.scrollTop / ROW_HEIGHT) - SPARE);
    const to = all ? this.rows.length : Math.min(this.rows.length, from + Math.ceil(height / ROW_HEIGHT) + 2 * SPARE);
    this.painted = [from, to];
    const gap = (rows) => {
      if (rows <= 0) return [];
      const cell = el("td", { colspan: this.columns.length });
      cell.style.height = `${rows * ROW_HEIGHT}px`;
      return [el("tr", { class: "gap", role: "presentation", "aria-hidden": "true" }, cell)];
    };
    this.body.replaceChildren(
      ...gap(from),
      ...this.rows.slice(from, to).map((row, i) => this.line(row, from + i)),
      ...gap(this.rows.length - to));
  }

  line(row, place) {
    const { level, cells, columns, block } = this.data;
    const inside = this.folding.hasRowsInside(row) && !this.sorted;
    const open = this.folding.open.has(row) || this.wanted !== "";
    const name = cells[row][0];
    const shown = this.sorted ? name : this.shortName(row);
    const line = el("tr", {
      role: "row", id: `row${row}`, "data-place": place, "aria-rowindex": place + 2,
      "aria-level": level[row] + 1, "aria-expanded": inside ? String(open) : null,
      "aria-selected": String(this.isChosen(row)),
      class: [block[row] ? "block" : "", place === this.active ? "active" : ""].join(" ").trim() || null,
    });
    for (const at of this.columns) {
      const text = at === 0 ? shown : cells[row][at];
      const cell = el("td", { role: "gridcell", class: columns[at].right ? "right" : null, title: at === 0 ? name : text.length > 20 ? text : null });
      if (at === 0) {
        const twist = el("span", { class: "twist", "aria-hidden": "true" }, inside ? (open ? "▾" : "▸") : "");
        twist.style.marginInlineStart = `${this.sorted ? 0 : level[row] * 14}px`;
        cell.append(twist);
      }
      cell.append(text);
      line.append(cell);
    }
    if (place === this.active) this.table.setAttribute("aria-activedescendant", line.id);
    return line;
  }

  // Among layers alone, in an order, those of a block stand for it.
  isChosen(row) {
    if (row === this.chosen || !this.sorted || this.rows.includes(this.chosen)) return row === this.chosen;
    let at = row;
    while (at >= 0 && at !== this.chosen) at = this.folding.parents[at];
    return at >= 0;
  }

  click(event) {
    const line = event.target.closest("tbody tr[data-place]");
    if (!line) return;
    const place = Number(line.dataset.place);
    this.active = place;
    if (event.target.classList.contains("twist")) this.toggle(this.rows[place]);
    this.pick(this.rows[place]);
  }

  toggle(row, open = !this.folding.open.has(row)) {
    if (!this.sorted && !this.wanted) this.folding.toggle(row, open);
  }

  pick(row) {
    if (row === undefined) return; // nothing is found
    this.chosen = row;
    this.paint();
    this.view.choose(this.data.first[row], this.data.last[row], "layers");
  }

  press(event) {
    if (event.target.closest("button")) return;
    const key = keyOf(event);
    const row = this.rows[this.active];
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length };
    if (key in steps) {
      this.active = Math.min(this.rows.length - 1, Math.max(0, this.active + steps[key]));
      this.reveal();
    } else if (key === "ArrowRight") {
      if (this.folding.open.has(row)) this.active = Math.min(this.rows.length - 1, this.active + 1);
      else this.toggle(row, true);
      this.reveal();
    } else if (key === "ArrowLeft") {
      if (this.folding.open.has(row)) this.toggle(row, false);
      else this.active = Math.max(0, this.rows.indexOf(this.folding.parents[row]));
      this.reveal();
    } else if (key === "Enter" || key === " ") {
      this.pick(row);
    } else {
      return;
    }
    event.preventDefault();
  }

  // Scrolls to the active row, if it is out of sight.
  reveal() {
    const top = this.active * ROW_HEIGHT;
    const room = this.scroller.clientHeight - 2 * ROW_HEIGHT;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top > this.scroller.scrollTop + room) this.scroller.scrollTop = top - room;
    this.paint();
  }

  // Shows the row of what another panel has chosen: the outermost that is all of it.
  mark(first, last, by) {
    if (by === "layers") return;
    let found = -1;
    for (let row = 0; row < this.count && found < 0; row += 1) {
      if (this.data.first[row] === first && this.data.last[row] === last) found = row;
    }
    if (found < 0) {
      for (let row = 0; row < this.count; row += 1) {
        if (this.data.first[row] <= first && this.data.last[row] >= last) found = row;
      }
    }
    if (found < 0) return;
    // A norm or an activation has no row of its own where its layer is folded.
    const parent = this.folding.parents[found];
    if (parent >= 0 && !this.data.block[parent] && !this.folding.open.has(parent)) found = parent;
    this.chosen = found;
    this.folding.reveal(found);
    // What was chosen before the page was shown anew does not end a search.
    if (this.wanted && by && !this.rows.includes(found)) {
      this.wanted = opened.own.wanted = this.search.value = "";
    }
    this.show();
    this.active = Math.max(0, this.rows.findIndex((row) => this.isChosen(row)));
    this.reveal();
  }
}
