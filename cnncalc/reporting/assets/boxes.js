// What the graph shows of a network whose blocks are folded in any way, as `cnncalc/drawing/graph.py` and
// `styles/graph.py` have it: boxes, groups and nets with their sizes, and where they lie.

const LETTERS = { name: 11, detail: 9, shape: 8.5, heading: 10 }; // the sizes of letters
const LINE = 12.5;

class Boxes {
  // `open` are the rows that are unfolded, `data` what the panel knows of each row, `nodes` those of the network.
  constructor(folding, open, data, nodes) {
    Object.assign(this, { folding, data, nodes, table: folding.table });
    this.widths = new Map(Object.entries(data.letters).flatMap(([width, letters]) => [...letters].map((letter) => [letter, Number(width)])));
    const { first, last, block, cells } = this.table;
    const rows = folding.shown(open).filter((row) => !folding.hasRowsInside(row) || !open.has(row));
    this.boxes = rows.map((row) => ({ row, first: first[row], last: last[row], home: -1, aloneIn: -1, ports: new Map() }));
    this.groups = this.findGroups(rows, block);
    for (const box of this.boxes) {
      const name = cells[box.row][0];
      const outer = box.home < 0 ? "" : this.groups[box.home].name;
      box.lines = this.linesOf(shorten(labelWithin(name, outer)), shorten(data.details[data.detail[box.row]]));
      box.isBlock = block[box.row] && folding.hasRowsInside(box.row);
    }
    this.connect();
    for (const box of this.boxes) Object.assign(box, this.sizeOf(box));
  }

  linesOf(name, detail) {
    const lines = [[name, LETTERS.name, true]];
    if (detail !== name) lines.push([detail, LETTERS.detail, false]);
    return lines;
  }

  // The open blocks of more than one box; one that is all of another adds nothing but a border.
  findGroups(rows, block) {
    const { parents } = this.folding;
    const spans = new Map();
    rows.forEach((row, box) => {
      for (let at = parents[row]; at >= 0; at = parents[at]) if (block[at]) spans.set(at, [spans.get(at)?.[0] ?? box, box]);
    });
    const groups = [];
    const seen = new Set();
    for (const row of [...spans.keys()].sort((one, other) => one - other)) {
      const [first, last] = spans.get(row);
      if (last === first) this.boxes[first].aloneIn = row;
      if (last === first || seen.has(`${first} ${last}`)) continue;
      seen.add(`${first} ${last}`);
      const parent = this.boxes[first].home;
      const name = this.table.cells[row][0];
      const label = labelWithin(name, parent < 0 ? "" : groups[parent].name);
      const words = [...new Set([label, this.data.details[this.data.detail[row]]].filter(Boolean))];
      const title = shorten(words.join(" · "), 60);
      for (let box = first; box <= last; box += 1) this.boxes[box].home = groups.length;
      groups.push({ row, name, title, parent, depth: parent < 0 ? 0 : groups[parent].depth + 1,
        first: this.table.first[row], last: this.table.last[row], least: this.widthOf(title, LETTERS.heading, true) + 24, heading: 24 });
    }
    return groups;
  }

  // The tensors that each box gives away, with the boxes that read them.
  connect() {
    const owner = [];
    this.boxes.forEach((box, at) => { for (let node = box.first; node <= box.last; node += 1) owner[node] = at; });
    this.boxes.forEach((box, at) => {
      for (let node = box.first; node <= box.last; node += 1) {
        for (const tensor of this.nodes.inputs[node]) {
          const { ports } = this.boxes[owner[tensor]];
          if (owner[tensor] !== at) ports.set(tensor, (ports.get(tensor) ?? new Set()).add(at));
        }
      }
    });
    for (const box of this.boxes) if (!box.ports.size) box.ports.set(box.last, new Set());
    this.nets = this.boxes.flatMap((box, source) => [...box.ports].map(([tensor, targets], port) => ({ source, port, tensor, targets: [...targets] })));
  }

  widthOf(text, size, bold = false) {
    const whole = [...text].reduce((all, letter) => all + (this.widths.get(letter) ?? 1000), 0);
    return rounded((whole * size * (bold ? 1.12 : 1)) / 1000, 1);
  }

  sizeOf(box) {
    const labels = [...box.ports.keys()].map((tensor) => this.widthOf(this.nodes.shape[tensor], LETTERS.shape) + 14);
    const text = largest(box.lines.map(([line, size, bold]) => this.widthOf(line, size, bold)));
    const width = Math.max(text + 18, 44, labels.length > 1 ? labels.reduce((all, label) => all + label, 0) : 0);
    const starts = labels.map((_, at) => (width * (2 * at + 1)) / (2 * labels.length));
    const margin = Math.max(0, starts.at(-1) + labels.at(-1) - width - 8);
    return { width, height: 9 + LINE * box.lines.length, starts, margin };
  }

  // See Nested.layout.
  layout() {
    return new Nested(this.boxes, this.groups, this.nets).layout();
  }
}

// A name within what is called `outer`; a repetition, which is a number, keeps the name before it.
function labelWithin(name, outer) {
  if (!outer || !name.startsWith(`${outer}.`)) return name;
  const inner = name.slice(outer.length + 1);
  return /^\d+$/.test(inner) ? `${outer.slice(outer.lastIndexOf(".") + 1)}.${inner}` : inner;
}

// A text of at most so many letters, what is left out being in the middle.
function shorten(text, most = 40) {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.floor(most / 2) - 1;
  return [...letters.slice(0, head), "…", ...letters.slice(letters.length - (most - head - 1))].join("");
}
