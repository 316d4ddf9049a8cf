// The receptive field explorer: a unit of a map, and exactly what it sees of the input or of a picture.

panels.set("fields", {
  title: "Receptive field",
  draw(home, data, view) {
    if (data.gap) {
      home.append(el("p", { class: "quiet" }, `No unit is followed: ${data.gap}.`));
      return;
    }
    new Explorer(home, data, view);
  },
});

class Explorer {
  constructor(home, data, view) {
    this.data = { ...data, inputs: new Set(data.inputs) };
    this.operands = view.nodes.inputs.map((own, node) => data.sources[node] ?? own);
    this.view = view;
    this.local = false;
    this.picture = opened.own.picture ?? null;
    this.node = this.lastMap(view.nodes.name.length - 1);
    this.unit = [];
    this.build(home);
    whenSized(this.canvas.parentElement, () => (this.stale ? this.look(this.node) : this.paint()));
    const { signal } = opened.shown;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint(), { signal });
    // On paper the canvases have the colours of the day.
    addEventListener("beforeprint", () => (this.stale ? this.look(this.node) : this.paint()), { signal });
    addEventListener("afterprint", () => this.paint(), { signal });
    if (!view.chosen) this.look(this.node);
    view.onChoose((first, last) => this.look(last));
  }

  // The last node down to a place that has a map: behind it are vectors, which see everything.
  lastMap(from) {
    for (let node = from; node >= 0; node -= 1) if (this.data.sizes[node].length) return node;
    return 0;
  }

  build(home) {
    this.title = el("h3");
    this.places = el("span", { class: "places" });
    this.answer = el("p", { class: "answer", role: "status", "aria-live": "polite" });
    this.map = el("canvas", {
      class: "map", tabindex: "0", role: "application",
      "aria-label": "Units of the layer: arrow keys move to the next unit",
      on: { pointerdown: (event) => this.point(event), pointermove: (event) => event.buttons && this.point(event), keydown: (event) => this.press(event) },
    });
    this.canvas = el("canvas", { class: "field", role: "img" });
    const file = el("input", { type: "file", accept: "image/*", hidden: true, on: { change: () => this.open(file.files[0]) } });
    const drop = el("div", {
      class: "drop",
      on: {
        dragover: (event) => { event.preventDefault(); drop.classList.add("over"); },
        dragleave: () => drop.classList.remove("over"),
        drop: (event) => { event.preventDefault(); drop.classList.remove("over"); this.open(event.dataTransfer.files[0]); },
      },
    }, this.canvas);
    this.source = el("select", { "aria-label": "Input", on: { change: () => this.paint() } });
    const only = el("input", { type: "checkbox", on: { change: () => { this.local = only.checked; this.follow(); } } });
    this.only = el("label", {}, only, "by windows alone");
    const choose = el("button", { type: "button", on: { click: () => file.click() } }, "Open an image…");
    this.remove = el("button", { type: "button", hidden: !this.picture, on: { click: () => { this.show(null); this.paint(); } } }, "Remove it");
    home.append(
      this.title,
      el("div", { class: "bar" }, el("span", {}, "unit "), this.places, this.only, this.source),
      this.answer,
      el("div", { class: "explorer" },
        el("figure", {}, this.map, el("figcaption", {}, "the layer’s map: click a unit")),
        el("figure", { class: "wide" }, drop, el("figcaption", {}, "what it sees of the input"))),
      el("div", { class: "bar" }, choose, this.remove, file,
        el("span", { class: "quiet" }, "or drop one onto the input; it stays on this page")));
  }

  // Looks at a node: its middle unit.
  look(node) {
    this.node = node;
    // Who does not look at it need not wait for it.
    this.stale = !this.title.offsetParent;
    if (this.stale) return;
    const size = this.data.sizes[node];
    const { unit, layer } = opened.own;
    const isKept = layer === this.view.name(node) && unit.length === size.length && unit.every((place, at) => place < size[at]);
    this.unit = isKept ? [...unit] : size.map((n) => Math.floor(n / 2));
    this.title.textContent = `${this.view.name(node)}  ${this.view.nodes.shape[node]}`;
    this.places.replaceChildren(...size.map((n, at) => {
      const box = el("input", {
        type: "number", min: 0, max: n - 1, "aria-label": `place along axis ${at}, 0 to ${n - 1}`,
        on: { input: () => {
          const place = Number(box.value);
          if (box.value !== "" && Number.isInteger(place) && place >= 0 && place < n) { this.unit[at] = place; this.follow(); }
        } },
      });
      return box;
    }));
    this.follow();
  }

  // Follows the unit to the inputs, and says what it sees.
  follow() {
    Object.assign(opened.own, { unit: [...this.unit], layer: this.view.name(this.node) });
    const seen = seenBy(this.data, this.operands, this.node, this.unit, this.local);
    this.seen = seen;
    const before = this.source.value;
    this.source.replaceChildren(...seen.map(([node]) => el("option", { value: node }, this.view.name(node))));
    if (seen.some(([node]) => String(node) === before)) this.source.value = before;
    this.source.hidden = seen.length < 2;
    [...this.places.children].forEach((box, at) => {
      if (Number(box.value) !== this.unit[at] || box.value === "") box.value = this.unit[at];
    });
    this.answer.textContent = this.describe();
    this.paint();
  }

  describe() {
    if (!this.seen.length) return `${this.view.name(this.node)} depends on no input`;
    const head = `${this.view.name(this.node)}[${this.unit.join()}]`;
    return this.seen.map(([node, set]) => {
      const told = measure(set);
      const name = this.view.name(node);
      if (!told) return this.local ? `${head} sees nothing of ${name} by windows alone` : `${head} sees only padding of ${name}`;
      if (!told.box.length) return `${head} sees all of ${name}`;
      const names = { 1: ["places"], 2: ["rows", "columns"], 3: ["planes", "rows", "columns"] }[told.box.length]
        ?? told.box.map((_, at) => `axis ${at}`);
      const sides = told.box.map(([a, b], at) => `${names[at]} ${a}–${b}`).join(", ");
      const size = told.box.map(([a, b]) => b - a + 1).join("×");
      const holes = told.elements === told.whole ? "" : `, ${(100 * told.elements / told.whole).toFixed(1)} % of it: ${digits(told.elements)} elements`;
      return `${head} sees of ${name} ${sides} (${size})${holes}`;
    }).join("\n");
  }

  paint() {
    this.paintMap();
    this.paintField();
  }

  // A canvas in true pixels of the screen; its size in CSS pixels.
  prepare(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * ratio));
    canvas.height = Math.max(1, Math.round(height * ratio));
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const brush = canvas.getContext("2d");
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.imageSmoothingEnabled = false;
    return brush;
  }

  paintMap() {
    const [rows, columns] = lastTwo(this.data.sizes[this.node]);
    const room = Math.min(220, this.map.parentElement.clientWidth || 220);
    const scale = room / Math.max(rows, columns);
    const [width, height] = [Math.max(columns * scale, 4), Math.max(rows * scale, rows === 1 ? 24 : 4)];
    const brush = this.prepare(this.map, width, height);
    brush.fillStyle = color("--sunken");
    brush.fillRect(0, 0, width, height);
    const [cell, tall] = [width / columns, height / rows];
    if (cell >= 5) {
      brush.strokeStyle = color("--line");
      brush.lineWidth = 1;
      brush.beginPath();
      for (let x = 0; x <= columns; x += 1) { brush.moveTo(x * cell, 0); brush.lineTo(x * cell, height); }
      for (let y = 0; y <= rows; y += 1) { brush.moveTo(0, y * tall); brush.lineTo(width, y * tall); }
      brush.stroke();
    }
    brush.strokeStyle = color("--edge");
    brush.strokeRect(0.5, 0.5, width - 1, height - 1);
    const [y, x] = this.unit.length > 1 ? this.unit.slice(-2) : [0, this.unit[0] ?? 0];
    brush.fillStyle = color("--accent");
    const [w, h] = [Math.max(cell, 3), Math.max(tall, 3)];
    brush.fillRect(Math.min(x * cell, width - w), Math.min(y * tall, height - h), w, h);
  }

  paintField() {
    const found = this.seen?.find(([node]) => String(node) === this.source.value) ?? this.seen?.[0];
    const node = found?.[0] ?? this.data.inputs.values().next().value ?? 0;
    const size = this.data.sizes[node];
    const [rows, columns] = lastTwo(size);
    const room = Math.min(420, this.canvas.parentElement.clientWidth || 320);
    const scale = room / Math.max(rows, columns);
    const [width, height] = [Math.max(columns * scale, 4), Math.max(rows * scale, rows === 1 ? 48 : 4)];
    const brush = this.prepare(this.canvas, width, height);
    brush.fillStyle = color("--sunken");
    brush.fillRect(0, 0, width, height);
    if (this.picture) {
      brush.imageSmoothingEnabled = true;
      brush.drawImage(this.picture, 0, 0, width, height);
      brush.imageSmoothingEnabled = false;
    }
    brush.strokeStyle = color("--edge");
    brush.lineWidth = 1;
    brush.strokeRect(0.5, 0.5, width - 1, height - 1);
    const set = found?.[1] ?? null;
    if (set && size.length) {
      // An input may be larger than any canvas: no more dots than are seen.
      const [high, wide] = [Math.min(rows, this.canvas.height), Math.min(columns, this.canvas.width)];
      const layer = new OffscreenCanvas(wide, high);
      const bits = layer.getContext("2d");
      const image = bits.createImageData(wide, high);
      const [inside, outside] = this.picture ? [[0, 0, 0, 0], [0, 0, 0, 190]] : [this.ink(), [0, 0, 0, 0]];
      dotsOf(set, size, high, wide).forEach((is, dot) => image.data.set(is ? inside : outside, dot * 4));
      bits.putImageData(image, 0, 0);
      brush.drawImage(layer, 0, 0, width, height);
      const told = measure(set);
      const sides = told.box.slice(-2);
      const [[top, bottom], [left, right]] = sides.length > 1 ? sides : [[0, 0], sides[0]];
      brush.strokeStyle = color("--accent");
      brush.lineWidth = 2;
      const [cell, tall] = [width / columns, height / rows];
      brush.strokeRect(left * cell + 1, top * tall + 1, Math.max(1, (right - left + 1) * cell - 2), Math.max(1, (bottom - top + 1) * tall - 2));
    }
    this.canvas.setAttribute("aria-label", this.answer.textContent);
  }

  ink() {
    const [r, g, b] = color("--accent").match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
    return [r, g, b, 150];
  }

  point(event) {
    const box = this.map.getBoundingClientRect();
    const [rows, columns] = lastTwo(this.data.sizes[this.node]);
    const place = (at, from, length, n) => Math.min(n - 1, Math.max(0, Math.floor(((at - from) / length) * n)));
    const x = place(event.clientX, box.left, box.width, columns);
    const y = place(event.clientY, box.top, box.height, rows);
    if (this.unit.length > 1) this.unit.splice(-2, 2, y, x);
    else if (this.unit.length) this.unit = [x];
    this.follow();
  }

  press(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[keyOf(event)];
    if (!move || !this.unit.length) return;
    const size = this.data.sizes[this.node];
    const steps = this.unit.length > 1 ? move : [move[1] || move[0]];
    steps.forEach((step, i) => {
      const at = this.unit.length - steps.length + i;
      this.unit[at] = Math.min(size[at] - 1, Math.max(0, this.unit[at] + step));
    });
    event.preventDefault();
    this.follow();
  }

  show(picture) {
    this.picture = opened.own.picture = picture;
    this.remove.hidden = !picture;
  }

  // Takes a picture that somebody has dropped; it is drawn, and goes nowhere.
  async open(file) {
    if (!file) return;
    try {
      this.show(await createImageBitmap(file));
    } catch {
      this.show(null);
      this.answer.textContent = `${file.name} is no image that this browser can read`;
      return;
    }
    this.paint();
  }
}
