// The graph of the layers beside the table: choose a box and see its row, choose a row and see its boxes; fold a
// block here or there, and it is folded in both.

const MARGIN = 16; // around the picture

panels.set("graph", {
  title: "Graph",
  draw(home, data, view) {
    if (data.outer) {
      home.append(el("p", { class: "quiet" }, `There is no graph: of ${digits(data.outer)} layers outside blocks more than ${data.most} could not be followed. In blocks they could be folded.`));
      return;
    }
    const { graphAt } = opened.own;
    const panel = new GraphPanel(home, data, view);
    panel.show();
    if (graphAt) panel.frame.scrollTo(...graphAt);
    view.onChoose((first, last, by) => panel.mark(first, last, by));
  },
});

class GraphPanel {
  constructor(home, data, view) {
    this.data = data;
    this.view = view;
    this.folding = view.folding;
    this.scale = opened.own.scale ?? null; // pixels for a unit of the picture; null fits its width
    this.by = el("select", { "aria-label": "Colour by", on: { change: () => { opened.by = this.by.value; this.paint(); } } },
      [["", "colour by kind"], ["macs", "by MACs"], ["params", "by parameters"], ["activations", "by activations"]].map(([value, word]) => el("option", { value }, word)));
    this.by.value = opened.by;
    const zoom = (factor, label, sign) => el("button", { type: "button", "aria-label": label, on: { click: () => this.zoom(factor) } }, sign);
    this.note = el("span", { class: "quiet", role: "status" });
    this.legend = el("p", { class: "legend" });
    this.frame = el("div", { class: "graph", tabindex: "0", role: "region", "aria-label": "Graph of the layers",
      on: { scroll: () => { opened.own.graphAt = [this.frame.scrollLeft, this.frame.scrollTop]; } } });
    home.append(el("div", { class: "bar" }, this.folding.choice("Fold blocks to"), this.by, zoom(1 / 1.3, "Smaller", "−"), zoom(1.3, "Larger", "+"), zoom(0, "Fit the width", "↔"),
      this.note), this.legend, this.frame);
    this.folding.onChange(() => this.show());
    whenSized(this.frame, () => (this.stale ? this.show() : this.resize()));
    addEventListener("beforeprint", () => this.stale && this.show(), { signal: opened.shown.signal });
  }

  // Draws what is unfolded; who does not look at it need not wait for it.
  show() {
    this.stale = Boolean(this.picture) && !this.frame.offsetParent;
    if (this.stale) return;
    const held = this.held();
    const [open, depth] = this.openHere();
    this.open = new Set(open); // that of the table changes
    this.shown = new Boxes(this.folding, open, this.data, this.view.nodes);
    let found;
    try {
      found = this.shown.layout();
    } catch (error) {
      if (!(error instanceof TooManyBends)) throw error;
      this.note.textContent = `so many tensors pass so many layers that nobody could follow them: ${error.message} bends; fold some blocks`;
      this.picture = null;
      this.boxes = [];
      this.frame.replaceChildren();
      return;
    }
    const count = `${this.shown.boxes.length} boxes`;
    this.note.textContent = depth ? `${count}: ${depth < 0 ? "some blocks stay folded" : `folded to depth ${depth}`}, more than ${this.data.most} could not be followed`
      : this.shown.boxes.some((box) => box.isBlock) || this.shown.groups.length ? `${count} · a click on ▸ or ▾ unfolds or folds a block, so do + and −` : count;
    this.draw(found, count);
    this.resize();
    this.paint();
    if (this.view.chosen) this.mark(...this.view.chosen, "fold");
    this.hold(held);
  }

  // What is open, of so many boxes that they can be followed: what was open before, or down to a depth. Tells the
  // depth, -1 for what was, 0 if all is open that is open in the table.
  openHere() {
    const { folding } = this;
    let open = folding.open;
    let boxes = folding.shown(open).filter((row) => !open.has(row)).length;
    if (boxes > this.data.most && this.open && !folding.depth) {
      const before = new Set([...this.open].filter((row) => folding.open.has(row)));
      if (folding.shown(before).filter((row) => !before.has(row)).length <= this.data.most) return [before, -1];
    }
    for (let depth = folding.depths; boxes > this.data.most && depth > 0; depth -= 1) {
      open = new Set([...folding.open].filter((row) => folding.table.level[row] < depth - 1));
      boxes = folding.shown(open).filter((row) => !open.has(row)).length;
      if (boxes <= this.data.most) return [open, depth];
    }
    return [open, 0];
  }

  draw(found, count) {
    const { boxes, groups, nets } = this.shown;
    this.size = [found.width + 2 * MARGIN, found.height + 2 * MARGIN + LINE];
    this.boxes = [];
    const at = ([x, y, ...rest]) => [x + MARGIN, y + MARGIN, ...rest].map((place) => rounded(place, 2));
    const tone = (depth) => (depth < 0 ? "paper" : ["group", "inner"][depth % 2]);
    const toneOf = (group) => tone(group < 0 ? -1 : groups[group].depth);
    const places = found.boxes.map(at);
    this.picture = svg("svg", {
      viewBox: `0 0 ${this.size.join(" ")}`, role: "group", "aria-label": `${this.view.network.name}: ${count} from top to bottom`,
      on: { click: (event) => this.click(event), dblclick: (event) => this.unfold(event), keydown: (event) => this.press(event) },
    },
    groups.map((group, i) => this.drawGroup(group, at(found.groups[i]), tone(group.depth))),
    nets.map((net, i) => this.drawNet(net, found.nets[i].map((curve) => curve.map((place) => place + MARGIN)), places, toneOf(boxes[net.source].home))),
    groups.map((group, i) => this.drawHeading(group, at(found.groups[i]), tone(group.depth))),
    boxes.map((box, i) => this.drawBox(box, places[i])));
    // From box to box goes who has no pointer: headings stand before what is in them.
    this.boxes.sort((one, other) => one.row - other.row);
    this.boxes.forEach((box, i) => box.part.setAttribute("tabindex", i ? "-1" : "0"));
    this.frame.replaceChildren(this.picture);
    const used = new Set(boxes.map((box) => this.familyOf(box)));
    this.legend.replaceChildren(...Object.entries(this.data.families).filter(([family]) => used.has(family)).map(([family, title]) => el("span", {},
      svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, svg("rect", { class: `f-${family} s-line`, x: 0.5, y: 0.5, width: 11, height: 11, rx: 2 })), title)));
  }

  familyOf(box) {
    return Object.keys(this.data.families)[this.data.family[box.row]];
  }

  text(x, y, size, text, look) {
    const node = svg("text", { x, y, ...look }, text);
    node.style.fontSize = `${size}px`;
    return node;
  }

  drawGroup({ first, last }, [x, y, width, height], tone) {
    return svg("g", { class: "group", "data-first": first, "data-last": last }, svg("rect", { class: `f-${tone} s-border`, x, y, width, height, rx: 6 }));
  }

  drawHeading(group, [x, y, width], tone) {
    const mark = this.text(x + 5, y + 15, 9, "▾", { class: `f-faint halo s-${tone}`, "aria-hidden": "true" });
    const title = this.text(x + 15, y + 15, LETTERS.heading, group.title, { class: `f-faint halo s-${tone}`, "font-weight": "600" });
    const part = svg("g", { class: "heading", role: "button", "aria-expanded": "true", "aria-label": group.title, "data-fold": group.row },
      svg("title", {}, `fold ${group.title}`), svg("rect", { class: "grip", x, y, width, height: 22, rx: 6 }), mark, title);
    this.boxes.push({ part, row: group.row, isHeading: true });
    return part;
  }

  drawNet({ source, port, tensor, targets }, curves, places, tone) {
    const [x, y, , height] = places[source];
    const tips = targets.map((target) => {
      const [left, top] = [places[target][0] + endOf(this.shown.boxes[target]), places[target][1]];
      return `M${left - 3} ${top - 6}L${left + 3} ${top - 6}L${left} ${top}Z`;
    });
    const label = [x + this.shown.boxes[source].starts[port] + (targets.length ? 5 : 0), y + height + 11];
    return svg("g", { class: "edge" },
      curves.length ? svg("path", { class: "s-wire", d: pathOf(curves), fill: "none", "stroke-width": 1.1 }) : null,
      tips.length ? svg("path", { class: "f-wire", d: tips.join("") }) : null,
      this.text(...label, LETTERS.shape, this.view.nodes.shape[tensor], { class: `f-faint halo s-${tone}`, "text-anchor": targets.length ? null : "middle" }));
  }

  drawBox(box, [x, y, width, height]) {
    const family = this.familyOf(box);
    const area = svg("rect", { class: `f-${family} s-line`, x, y, width, height, rx: family === "input" ? height / 2 : 4 });
    const lines = box.lines.map(([text, size, bold], i) => this.text(x + width / 2, y + 1.5 + LINE * (i + 1), size, text, { class: "f-ink", "text-anchor": "middle", "font-weight": bold ? "600" : null }));
    const twist = (row, sign, left) => svg("g", { class: "twist", "data-fold": row },
      svg("rect", { class: "grip", x: left, y, width: 14, height }), this.text(left + 2, y + height / 2 + 3.5, 9, sign, { class: "f-ink" }));
    // What is alone in an open block has no frame around it whose title could fold that.
    const mark = [box.isBlock ? twist(box.row, "▸", x) : null, box.aloneIn >= 0 ? twist(box.aloneIn, "▾", box.isBlock ? x + width - 14 : x) : null];
    const part = svg("g", { class: "node", role: "button", "aria-expanded": box.isBlock ? "false" : null, "data-first": box.first, "data-last": box.last },
      svg("title", {}, this.tooltip(box)), area, lines, mark);
    this.boxes.push({ part, area, row: box.row, first: box.first, last: box.last, isBlock: box.isBlock });
    return part;
  }

  tooltip({ row, first, last }) {
    const costs = [["params", "params"], ["macs", "MACs"]].map(([key, word]) => {
      const values = this.view.network.panels.blocks[key].slice(first, last + 1);
      const sum = values.reduce((all, value) => all + value, 0);
      return values.includes(null) || !sum ? "" : `${digits(sum)} ${word}`;
    });
    const table = this.folding.table;
    return [table.cells[row][0], this.data.details[this.data.detail[row]], `gives ${this.view.nodes.shape[last]}`, ...costs].filter(Boolean).join(" · ");
  }

  // As wide as the panel, but never so large or so small that it cannot be read.
  resize() {
    const room = this.frame.clientWidth;
    if (!this.picture || !room) return;
    const [width, height] = this.size;
    const scale = this.scale ?? Math.min(1.25, Math.max(0.55, (room - 4) / width));
    this.picture.setAttribute("width", Math.round(width * scale));
    this.picture.setAttribute("height", Math.round(height * scale));
    this.drawnAt = scale;
  }

  zoom(factor) {
    if (!this.picture) return;
    const [width, height] = this.size;
    const middle = (this.frame.scrollTop + this.frame.clientHeight / 2) / (height * this.drawnAt);
    this.scale = opened.own.scale = factor ? Math.min(4, Math.max(0.05, this.drawnAt * factor)) : Math.max(0.05, (this.frame.clientWidth - 4) / width);
    this.resize();
    this.frame.scrollTop = middle * height * this.drawnAt - this.frame.clientHeight / 2;
  }

  // Colours the boxes by a number, if one is chosen.
  paint() {
    const by = this.by.value;
    const values = by ? this.view.network.panels.blocks[by] : null;
    const sum = ({ first, last }) => values.slice(first, last + 1).reduce((all, value) => all + (value ?? 0), 0);
    const boxes = this.boxes.filter((box) => box.area);
    const most = values ? largest(boxes.map(sum), 1) : 1;
    for (const box of boxes) {
      box.area.style.fill = values ? `color-mix(in srgb, var(--heat) ${Math.round((100 * sum(box)) / most)}%, var(--sunken))` : "";
    }
    this.legend.hidden = Boolean(by);
  }

  click(event) {
    const mark = event.target.closest?.("[data-fold]");
    if (mark) {
      // The second click of two would take back what the first has done.
      if (event.detail < 2) this.fold(Number(mark.dataset.fold));
      return;
    }
    const part = event.target.closest?.("[data-first]");
    if (part) this.view.choose(Number(part.dataset.first), Number(part.dataset.last), "graph");
  }

  unfold(event) {
    const part = event.target.closest?.("[data-fold]") ? null : event.target.closest?.(".node");
    const box = this.boxes.find((one) => one.part === part);
    if (box?.isBlock) this.fold(box.row);
  }

  // Folds a block or unfolds it; it stays where it is on the screen, and keeps the focus.
  fold(row) {
    const hadFocus = this.picture.contains(document.activeElement);
    this.anchor = row;
    // What is folded here alone, there being too many boxes, is unfolded in both, and the others are folded in both;
    // if it has too many itself, it is folded in the table, too.
    if (this.folding.open.has(row) && !this.open.has(row)) {
      this.folding.use([...this.open, row]);
      if (!this.open.has(row)) this.folding.toggle(row, false);
    } else {
      this.folding.toggle(row);
    }
    this.anchor = null;
    if (hadFocus) this.focus(this.boxes.find((box) => box.row === row) ?? this.boxes.find((box) => box.row > row));
  }

  // Where on the screen the block is that is about to change, or that which is chosen.
  held() {
    const box = this.boxes?.find((one) => one.row === this.anchor);
    return box ? { row: box.row, top: box.part.getBoundingClientRect().top, left: box.part.getBoundingClientRect().left } : null;
  }

  hold(held) {
    const box = held && (this.boxes.find((one) => one.row === held.row) ?? this.boxes.find((one) => one.row > held.row));
    if (!box) return;
    const now = box.part.getBoundingClientRect();
    this.frame.scrollTop += now.top - held.top;
    this.frame.scrollLeft += now.left - held.left;
  }

  focus(box) {
    if (!box) return;
    for (const other of this.boxes) other.part.setAttribute("tabindex", other === box ? "0" : "-1");
    box.part.focus();
  }

  press(event) {
    const at = this.boxes.findIndex((box) => box.part === document.activeElement);
    if (at < 0) return;
    const box = this.boxes[at];
    const key = keyOf(event);
    const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
    if (key === "Enter" || key === " ") {
      if (box.isHeading) this.fold(box.row);
      else this.view.choose(box.first, box.last, "graph");
    } else if (key === "+") {
      if (box.isBlock) this.fold(box.row);
    } else if (key === "-" || key === "−") {
      const row = this.around(box);
      if (row >= 0) this.fold(row);
    } else if (move) {
      if (this.boxes[at + move]) this.focus(this.boxes[at + move]);
    } else {
      return;
    }
    event.preventDefault();
  }

  // The open block that a heading is of, or that is around a box.
  around(box) {
    let row = box.isHeading ? box.row : this.folding.parents[box.row];
    while (row >= 0 && !this.folding.open.has(row)) row = this.folding.parents[row];
    return row;
  }

  // Marks the boxes of what is chosen, and brings the first into sight.
  mark(first, last, by) {
    if (this.stale) return;
    let top = null;
    for (const box of this.boxes) {
      const is = !box.isHeading && box.first <= last && box.last >= first;
      box.part.classList.toggle("chosen", is);
      if (is) top ??= box.part;
    }
    if (!top || by === "graph" || by === "fold" || !this.frame.clientHeight) return;
    const [inner, outer] = [top.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.frame.scrollTop += inner.top - outer.top - outer.height / 3;
    if (inner.left < outer.left || inner.right > outer.right) this.frame.scrollLeft += inner.left - outer.left - outer.width / 3;
  }
}

// The steps of a path through curves, upright at both ends of each.
function pathOf(curves) {
  const short = (place) => Math.round(place * 100) / 100;
  let path = "";
  let where = "";
  for (const [x1, y1, x2, y2] of curves) {
    const [start, end] = [`${short(x1)} ${short(y1)}`, `${short(x2)} ${short(y2)}`];
    const middle = short((y1 + y2) / 2);
    if (where !== start) path += `M${start}`;
    path += Math.abs(x1 - x2) < 0.1 ? `L${end}` : `C${short(x1)} ${middle} ${short(x2)} ${middle} ${end}`;
    where = end;
  }
  return path;
}
