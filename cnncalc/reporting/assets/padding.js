// How every window is padded: the padded axis, where the window stops, what is never read.

panels.set("padding", {
  title: "Padding",
  draw(home, data, view) {
    const owner = new Map(); // the window of a node
    data.windows.forEach((window, place) => window.nodes.forEach((node) => owner.set(node, place)));
    const title = el("h3");
    const facts = el("p", { class: "answer", role: "status" });
    const picture = el("div", { class: "strips" });
    const list = el("div", { class: "windows" });
    home.append(title, facts, picture, el("h4", {}, `The ${data.windows.length} different windows of the network`), list);
    const entries = data.windows.map((window, place) => {
      const others = window.nodes.length - 1;
      const name = view.name(window.nodes[0]);
      const entry = el("button", { type: "button", class: "window", on: { click: () => view.choose(window.nodes[0], window.nodes[0], "padding") } },
        el("b", {}, describe(window)), el("span", { class: "quiet" }, others ? `${name} and ${others} more` : name));
      list.append(entry);
      return entry;
    });
    let chosen = [data.windows[0].nodes[0], 0];

    function show() {
      const [node, place] = chosen;
      const window = data.windows[place];
      title.textContent = `${view.name(node)}  ${describe(window)}`;
      const parts = window.axes.map((axis) => {
        const sides = window.transposed ? `cuts ${axis.before} and ${axis.after}` : `pads ${axis.before} and ${axis.after} (${axis.rule})`;
        return `${axis.input} → ${axis.output}: ${sides}${window.transposed ? "" : unreadInWords(axis)}`;
      });
      facts.textContent = [...new Set(parts)].join("; ");
      entries.forEach((entry, at) => entry.setAttribute("aria-current", String(at === place)));
      const known = [];
      window.axes.forEach((axis) => {
        if (!known.some((other) => JSON.stringify(other) === JSON.stringify(axis))) known.push(axis);
      });
      picture.replaceChildren(...known.map((axis) => (window.transposed ? spread(axis) : strip(axis))));
    }

    const follow = (first, last) => {
      for (let node = first; node <= last; node += 1) {
        if (owner.has(node)) {
          chosen = [node, owner.get(node)];
          show();
          return;
        }
      }
    };
    show();
    view.onChoose(follow);
  },
});

function describe(window) {
  const cross = (part) => {
    const values = window.axes.map((axis) => axis[part]);
    return values.every((value) => value === values[0]) ? String(values[0]) : values.join("×");
  };
  const sides = window.axes.map((axis) => (axis.before === axis.after ? String(axis.before) : `${axis.before}+${axis.after}`));
  const parts = [`${window.axes.map((axis) => axis.kernel).join("×")}`];
  if (cross("stride") !== "1") parts.push(`stride ${cross("stride")}`);
  if (cross("dilation") !== "1") parts.push(`dilation ${cross("dilation")}`);
  parts.push(`${window.transposed ? "cut" : "padding"} ${[...new Set(sides)].join(", ")}`);
  parts.push(`${cross("input")} → ${cross("output")}`);
  return parts.join(" · ");
}

function unreadInWords(axis) {
  const unread = axis.input - readElements(axis).reduce((all, is) => all + is, 0);
  if (!unread) return "";
  return unread === axis.dropped ? `, the last ${unread} never read` : `, ${unread} of ${axis.input} never read`;
}

const CELL = 24;
const ENDS = 11; // so many cells are drawn at either end of a long axis

// The places that are drawn of a stretch, and where each stands; null is the gap between the ends.
function placesOf(first, last) {
  const all = last - first + 1;
  const shown = [];
  for (let place = first; place <= last; place += 1) {
    if (all <= 2 * ENDS + 2 || place < first + ENDS || place > last - ENDS) shown.push(place);
    else if (shown[shown.length - 1] !== null) shown.push(null);
  }
  return shown;
}

// A sliding window along one axis: each stop is a line below the padded elements.
function strip(axis) {
  const { kernel, stride, dilation, before, after, input: n, output: m } = axis;
  const extent = (kernel - 1) * dilation + 1;
  const end = Math.max(n + after, (m - 1) * stride - before + extent, n);
  const shown = placesOf(Math.min(-before, 0), end - 1);
  const read = readElements(axis);
  const x = new Map(shown.map((place, i) => [place, i * CELL]));
  const stops = [];
  for (let u = 0; u < m; u += 1) {
    const taps = Array.from({ length: kernel }, (_, tap) => u * stride - before + tap * dilation);
    if (taps.every((tap) => x.has(tap))) stops.push([u, taps]);
  }
  const most = 12;
  const drawn = stops.length <= most ? stops : [...stops.slice(0, most / 2), null, ...stops.slice(-most / 2)];
  const cells = shown.map((place, i) => {
    if (place === null) return svg("text", { x: i * CELL + CELL / 2, y: 17, "text-anchor": "middle" }, "…");
    const isPadding = place < 0 || place >= n;
    const kind = isPadding ? "pad" : read[place] ? "element" : "dropped";
    return svg("g", {}, svg("rect", { class: kind, x: i * CELL + 1, y: 1, width: CELL - 2, height: CELL - 2, rx: 3 }),
      svg("text", { class: "small", x: i * CELL + CELL / 2, y: 16.5, "text-anchor": "middle" }, isPadding ? "p" : String(place)));
  });
  const rows = drawn.map((stop, row) => {
    const y = CELL + 8 + row * 13;
    if (!stop) return svg("text", { x: 4, y: y + 8 }, "⋮");
    const [u, taps] = stop;
    const line = svg("line", { class: "span", x1: x.get(taps[0]) + 4, x2: x.get(taps[taps.length - 1]) + CELL - 4, y1: y + 4, y2: y + 4 });
    return svg("g", {}, line,
      ...taps.map((tap) => svg("rect", { class: "tap", x: x.get(tap) + 3, y, width: CELL - 6, height: 8, rx: 2 })),
      svg("text", { class: "small", x: x.get(taps[taps.length - 1]) + CELL + 2, y: y + 8 }, `→ ${u}`));
  });
  const [width, height] = [shown.length * CELL + 64, CELL + 12 + rows.length * 13];
  const told = `Windows of ${kernel} with stride ${stride} along ${n} elements, ${before} padded before and ${after} after${unreadInWords(axis)}`;
  return el("div", { class: "strip", tabindex: "0", role: "group", "aria-label": told },
    svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told }, cells, rows),
    el("p", { class: "legend" }, el("span", { class: "key element" }), "element",
      el("span", { class: "key pad" }), "padding", el("span", { class: "key dropped" }), "never read"));
}

// A transposed window: each input is spread over outputs, of which the ends are cut.
function spread(axis) {
  const { kernel, stride, dilation, before, after, input: n, output: m } = axis;
  const full = (n - 1) * stride + (kernel - 1) * dilation + 1;
  const shown = placesOf(Math.min(0, before), Math.max(full, m + before) - 1);
  const x = new Map(shown.map((place, i) => [place, i * CELL]));
  const inputs = [];
  for (let i = 0; i < n; i += 1) {
    const taps = Array.from({ length: kernel }, (_, tap) => i * stride + tap * dilation);
    if (taps.every((tap) => x.has(tap))) inputs.push([i, taps]);
  }
  const drawn = inputs.length <= 12 ? inputs : [...inputs.slice(0, 6), null, ...inputs.slice(-6)];
  const rows = drawn.map((one, row) => {
    const y = 2 + row * 13;
    if (!one) return svg("text", { x: 4, y: y + 8 }, "⋮");
    return svg("g", {}, ...one[1].map((tap) => svg("rect", { class: "tap", x: x.get(tap) + 3, y, width: CELL - 6, height: 8, rx: 2 })),
      svg("text", { class: "small", x: x.get(one[1][kernel - 1]) + CELL + 2, y: y + 8 }, `← ${one[0]}`));
  });
  const top = rows.length * 13 + 4;
  const cells = shown.map((place, i) => {
    if (place === null) return svg("text", { x: i * CELL + CELL / 2, y: top + 17, "text-anchor": "middle" }, "…");
    const own = place - before;
    const isCut = own < 0 || own >= m;
    return svg("g", {}, svg("rect", { class: isCut ? "dropped" : place >= full || place < 0 ? "pad" : "element", x: i * CELL + 1, y: top + 1, width: CELL - 2, height: CELL - 2, rx: 3 }),
      svg("text", { class: "small", x: i * CELL + CELL / 2, y: top + 16.5, "text-anchor": "middle" }, isCut ? "✕" : String(own)));
  });
  const [width, height] = [shown.length * CELL + 64, top + CELL + 2];
  const told = `Each of ${n} inputs is spread over ${kernel} outputs with stride ${stride}; ${before} outputs are cut before and ${after} after, ${m} are left`;
  return el("div", { class: "strip", tabindex: "0", role: "group", "aria-label": told },
    svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told }, rows, cells),
    el("p", { class: "legend" }, el("span", { class: "key element" }), "output",
      el("span", { class: "key dropped" }), "cut"));
}
