// Which blocks have the parameters, do the work and write the activations: a treemap.

panels.set("blocks", {
  title: "Costs by block",
  draw(home, data, view) {
    const table = view.network.panels.layers;
    const words = { params: "parameters", macs: "MACs", activations: "activations" };
    let by = data.macs.some((value) => value) ? "macs" : "params";
    let root = -1;
    const picture = el("div", { class: "treemap" });
    const path = el("nav", { "aria-label": "Blocks around", class: "path" });
    const choice = el("fieldset", { class: "choice" }, el("legend", {}, "area by"),
      Object.entries(words).map(([key, word]) => {
        const box = el("input", { type: "radio", name: `by-${view.network.id}`, value: key, on: { change: () => { by = key; show(); } } });
        box.checked = key === by;
        return el("label", {}, box, word);
      }));
    home.append(el("div", { class: "bar" }, choice, path), picture);

    const sums = {};
    for (const key of Object.keys(words)) {
      // Sums from the first node on, so that any block is a difference.
      let sum = 0;
      sums[key] = [0, ...data[key].map((value) => (sum += value ?? 0))];
    }
    const cost = (row, key = by) => (row < 0 ? sums[key].at(-1) : sums[key][table.last[row] + 1] - sums[key][table.first[row]]);
    const isGap = (row) => data[by].slice(table.first[row], table.last[row] + 1).includes(null);

    function inside(row) {
      const found = [];
      const level = row < 0 ? 0 : table.level[row] + 1;
      for (let at = row + 1; at < table.level.length && table.level[at] >= level; at += 1) {
        if (table.level[at] === level) found.push(at);
      }
      return found;
    }

    const width = () => picture.clientWidth || 400;
    const height = () => Math.round(Math.min(420, Math.max(260, width() * 0.6)));

    function show() {
      const parts = inside(root).filter((row) => cost(row) > 0).sort((one, other) => cost(other) - cost(one));
      const crumbs = [];
      for (let at = root; at >= 0; at = parentOf(at)) crumbs.unshift(at);
      path.replaceChildren(
        el("button", { type: "button", class: "link", on: { click: () => zoom(-1) } }, view.network.name),
        ...crumbs.flatMap((row) => [" › ", el("button", { type: "button", class: "link", on: { click: () => zoom(row) } }, lastPart(row))]),
        ` ${short(cost(root))} ${words[by]}`);
      picture.style.height = `${height()}px`;
      picture.replaceChildren(...(parts.length ? [] : [el("p", { class: "quiet" }, `nothing here has ${words[by]}`)]));
      const most = 400; // smaller ones could not be seen
      squares(parts.slice(0, most).map((row) => [row, cost(row)]), 0, 0, width(), height()).forEach(([row, x, y, w, h]) => {
        const share = (100 * cost(row)) / (cost(-1) || 1);
        const name = lastPart(row);
        const opens = inside(row).filter((other) => cost(other) > 0).length > 1;
        const told = `${table.cells[row][0]}: ${isGap(row) ? "at least " : ""}${digits(cost(row))} ${words[by]}, ${share.toFixed(1)} % of all`;
        const tile = el("button", {
          type: "button", class: `tile${opens ? " opens" : ""}`, title: told,
          on: { click: () => { view.choose(table.first[row], table.last[row], "blocks"); if (opens) zoom(row); } },
        });
        // A tile without room for words is named by what a pointer over it shows.
        if (w > 34 && h > 16) tile.append(el("b", {}, name));
        else tile.setAttribute("aria-label", told);
        if (w > 50 && h > 34) tile.append(el("span", {}, `${short(cost(row))} · ${share.toFixed(1)} %`));
        Object.assign(tile.style, { left: `${x}px`, top: `${y}px`, width: `${Math.max(1, w - 2)}px`, height: `${Math.max(1, h - 2)}px` });
        tile.style.setProperty("--share", Math.min(1, 0.25 + cost(row) / (cost(parts[0]) || 1)).toFixed(2));
        Object.assign(tile.dataset, { first: table.first[row], last: table.last[row] });
        picture.append(tile);
      });
      mark();
    }

    // Marks the tiles of what is chosen.
    function mark() {
      const [first, last] = view.chosen ?? [1, 0];
      for (const tile of picture.querySelectorAll(".tile")) {
        tile.classList.toggle("chosen", Number(tile.dataset.first) <= last && Number(tile.dataset.last) >= first);
      }
    }

    function parentOf(row) {
      for (let at = row - 1; at >= 0; at -= 1) if (table.level[at] < table.level[row]) return at;
      return -1;
    }

    function lastPart(row) {
      const name = table.cells[row][0];
      const parent = parentOf(row);
      const outer = parent >= 0 ? `${table.cells[parent][0]}.` : "";
      return outer && name.startsWith(outer) ? name.slice(outer.length) : name;
    }

    function zoom(row) {
      root = row;
      show();
      (picture.querySelector("button") ?? path.querySelector("button")).focus({ preventScroll: true });
    }

    whenSized(picture, show);
    view.onChoose(mark);
  },
});

// Squarified treemap: rows of tiles, each as square as can be.
// Source: Bruls, Huizing, van Wijk 2000, "Squarified Treemaps".
function squares(parts, x, y, width, height) {
  const found = [];
  const total = parts.reduce((all, [, value]) => all + value, 0);
  if (!total) return found;
  const scale = (width * height) / total;
  let rest = parts.map(([key, value]) => [key, value * scale]);
  while (rest.length) {
    const side = Math.min(width, height);
    let [count, best] = [1, worst(rest.slice(0, 1), side)];
    while (count < rest.length) {
      const next = worst(rest.slice(0, count + 1), side);
      if (next > best) break;
      [count, best] = [count + 1, next];
    }
    const row = rest.slice(0, count);
    const area = row.reduce((all, [, value]) => all + value, 0);
    const thick = side ? area / side : 0;
    let along = 0;
    for (const [key, value] of row) {
      const long = thick ? value / thick : 0;
      found.push(width >= height ? [key, x, y + along, thick, long] : [key, x + along, y, long, thick]);
      along += long;
    }
    if (width >= height) [x, width] = [x + thick, width - thick];
    else [y, height] = [y + thick, height - thick];
    rest = rest.slice(count);
  }
  return found;
}

function worst(row, side) {
  const areas = row.map(([, area]) => area);
  const sum = areas.reduce((all, area) => all + area, 0);
  return Math.max((side * side * Math.max(...areas)) / (sum * sum), (sum * sum) / (side * side * Math.min(...areas)));
}
