// The graph of the layers beside the table: choose a box and see its row, choose a row and see its boxes.

panels.set("graph", {
  title: "Graph",
  draw(home, data, view) {
    new GraphPanel(home, data, view).show(data.first);
  },
});

class GraphPanel {
  constructor(home, data, view) {
    this.data = data;
    this.view = view;
    this.scale = null; // pixels for a unit of the picture; null fits its width
    this.chosen = view.chosen;
    this.level = el("select", { "aria-label": "Fold blocks to", on: { change: () => this.show(Number(this.level.value)) } },
      data.levels.map((level, place) => el("option", { value: place }, `${level.depth ? `depth ${level.depth}` : "all blocks"} · ${level.boxes} boxes`)));
    this.by = el("select", { "aria-label": "Colour by", on: { change: () => this.paint() } },
      [["", "colour by kind"], ["macs", "by MACs"], ["params", "by parameters"], ["activations", "by activations"]].map(([value, word]) => el("option", { value }, word)));
    const zoom = (factor, label, sign) => el("button", { type: "button", "aria-label": label, on: { click: () => this.zoom(factor) } }, sign);
    this.frame = el("div", { class: "graph", tabindex: "0", role: "region", "aria-label": "Graph of the layers" });
    home.append(el("div", { class: "bar" }, this.level, this.by, zoom(1 / 1.3, "Smaller", "−"), zoom(1.3, "Larger", "+"), zoom(0, "Fit the width", "↔"),
      el("span", { class: "quiet" }, "double-click a block to unfold it")), this.frame);
    view.onChoose((first, last, by) => this.mark(first, last, by));
    whenSized(this.frame, () => this.resize());
  }

  show(place) {
    this.place = place;
    this.level.value = String(place);
    const level = this.data.levels[place];
    this.boxes = [];
    this.picture = svg("svg", {
      viewBox: `0 0 ${level.width} ${level.height}`, role: "group", "aria-label": `${level.title}: ${level.boxes} boxes from top to bottom`,
      on: { click: (event) => this.click(event), dblclick: (event) => this.unfold(event), keydown: (event) => this.press(event) },
    }, level.things.map((thing) => this.draw(thing)));
    this.boxes.forEach((box, at) => box.part.setAttribute("tabindex", at ? "-1" : "0"));
    this.frame.replaceChildren(this.picture);
    this.resize();
    this.paint();
    if (this.chosen) this.mark(...this.chosen, "");
  }

  draw(thing) {
    const look = (fill, stroke, width, dash) => ({
      class: [fill && !fill.startsWith("#") ? `f-${fill}` : "", stroke && !stroke.startsWith("#") ? `s-${stroke}` : ""].join(" ").trim() || null,
      fill: fill.startsWith("#") ? fill : fill ? null : "none",
      stroke: stroke.startsWith("#") ? stroke : null,
      "stroke-width": stroke && width !== 1 ? width : null, "stroke-dasharray": dash || null,
    });
    const [kind, ...parts] = thing;
    if (kind === "r") {
      const [x, y, width, height, rx, ...rest] = parts;
      return svg("rect", { x, y, width, height, rx: rx || null, ...look(...rest) });
    }
    if (kind === "p") return svg("path", { d: parts[0], ...look(...parts.slice(1)) });
    if (kind === "t") {
      const [x, y, size, text, tone, anchor, bold, halo] = parts;
      const colour = tone.startsWith("#") ? { fill: tone } : { class: `f-${tone}${halo ? ` halo s-${halo}` : ""}` };
      const node = svg("text", { x, y, "text-anchor": anchor === "start" ? null : anchor, ...colour }, text);
      node.style.fontSize = `${size}px`;
      if (bold) node.style.fontWeight = "600";
      return node;
    }
    const [what, title, data, items] = parts;
    const part = svg("g", { class: what || null }, title ? [svg("title", {}, title)] : [], items.map((item) => this.draw(item)));
    if (what === "node" || what === "group") {
      const [first, last] = [Number(data.first), Number(data.last)];
      part.dataset.first = first;
      part.dataset.last = last;
      if (what === "node") {
        part.setAttribute("role", "button");
        this.boxes.push({ part, area: part.querySelector("rect"), first, last });
      } else {
        part.dataset.group = "";
      }
    }
    return part;
  }

  // As wide as the panel, but never so large or so small that it cannot be read.
  resize() {
    const room = this.frame.clientWidth;
    if (!this.picture || !room) return;
    const level = this.data.levels[this.place];
    const scale = this.scale ?? Math.min(1.25, Math.max(0.55, (room - 4) / level.width));
    this.picture.setAttribute("width", Math.round(level.width * scale));
    this.picture.setAttribute("height", Math.round(level.height * scale));
    this.shown = scale;
  }

  zoom(factor) {
    const level = this.data.levels[this.place];
    const middle = (this.frame.scrollTop + this.frame.clientHeight / 2) / (level.height * this.shown);
    this.scale = factor ? Math.min(4, Math.max(0.05, this.shown * factor)) : Math.max(0.05, (this.frame.clientWidth - 4) / level.width);
    this.resize();
    this.frame.scrollTop = middle * level.height * this.shown - this.frame.clientHeight / 2;
  }

  // Colours the boxes by a number, if one is chosen.
  paint() {
    const by = this.by.value;
    const values = by ? this.view.network.panels.blocks[by] : null;
    const sum = ({ first, last }) => values.slice(first, last + 1).reduce((all, value) => all + (value ?? 0), 0);
    const most = values ? Math.max(1, ...this.boxes.map(sum)) : 1;
    for (const box of this.boxes) {
      box.area.style.fill = values ? `color-mix(in srgb, var(--heat) ${Math.round((100 * sum(box)) / most)}%, var(--sunken))` : "";
    }
  }

  boxOf(event) {
    const part = event.target.closest?.("[data-first]");
    return part ? [Number(part.dataset.first), Number(part.dataset.last)] : null;
  }

  click(event) {
    const found = this.boxOf(event);
    if (found) this.view.choose(...found, "graph");
  }

  // A level deeper, with the same block in sight.
  unfold(event) {
    const found = this.boxOf(event);
    if (!found || found[0] === found[1] || this.place + 1 >= this.data.levels.length) return;
    this.show(this.place + 1);
    this.view.choose(...found, "unfold");
  }

  press(event) {
    const at = this.boxes.findIndex((box) => box.part === document.activeElement);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.view.choose(this.boxes[at].first, this.boxes[at].last, "graph");
      return;
    }
    const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const next = move && this.boxes[at + move];
    if (!next) return;
    event.preventDefault();
    this.boxes[at].part.setAttribute("tabindex", "-1");
    next.part.setAttribute("tabindex", "0");
    next.part.focus();
  }

  // Marks the boxes of what is chosen, and brings the first into sight.
  mark(first, last, by) {
    this.chosen = [first, last];
    let top = null;
    for (const box of this.boxes) {
      const is = box.first <= last && box.last >= first;
      box.part.classList.toggle("chosen", is);
      if (is) top ??= box.part;
    }
    if (!top || by === "graph" || !this.frame.clientHeight) return;
    const [inner, outer] = [top.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.frame.scrollTop += inner.top - outer.top - outer.height / 3;
    if (inner.left < outer.left || inner.right > outer.right) this.frame.scrollLeft += inner.left - outer.left - outer.width / 3;
  }
}
