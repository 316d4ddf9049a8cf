// The layout of boxes in groups, as `cnncalc/drawing/layered/nested.py` has it: each group is laid out by itself and
// is an item of the level around it.
//
// A box is {width, height, starts, margin, home}, a group {parent, least, heading}, a net {source, port, targets}.

class Nested {
  constructor(boxes, groups, nets) {
    Object.assign(this, { boxes, groups, nets });
    // By group what lies directly in it: boxes are numbers from 0, groups below 0; the picture itself is -1.
    this.inside = new Map([-1, ...groups.keys()].map((group) => [group, { parts: [], wires: new Map() }]));
    this.paths = boxes.map((box) => this.path(box.home));
    const seen = new Set();
    this.paths.forEach((path, box) => {
      path.forEach((group, at) => {
        if (!seen.has(group)) this.inside.get(at ? path[at - 1] : -1).parts.push(~group);
        seen.add(group);
      });
      this.inside.get(path.at(-1) ?? -1).parts.push(box);
    });
    this.depth = boxes.map(() => 0);
    for (const net of nets) for (const target of net.targets) this.depth[target] = Math.max(this.depth[target], this.depth[net.source] + 1);
    this.first = groups.map(() => 0);
    for (let box = boxes.length - 1; box >= 0; box -= 1) for (const group of this.paths[box]) this.first[group] = box;
    this.ends = new Set(nets.flatMap((net) => (net.targets.length ? [] : [net.source])));
    this.comeFrom = new Map(); // by group and net how far down the part begins that leads into the group
    nets.forEach((net, number) => net.targets.forEach((target) => this.lead(number, net.source, target)));
    this.known = new Map(); // groups that are alike are laid out once
  }

  path(home) {
    const path = [];
    for (let group = home; group >= 0; group = this.groups[group].parent) path.unshift(group);
    return path;
  }

  // Notes in every group that a net passes where it comes from and where it goes to there; null is the border.
  lead(number, source, target) {
    const [out, into] = [this.paths[source], this.paths[target]];
    let common = 0;
    while (common < Math.min(out.length, into.length) && out[common] === into[common]) common += 1;
    for (let depth = out.length; depth > common; depth -= 1) {
      this.note(out[depth - 1], number, depth === out.length ? source : ~out[depth], null);
    }
    const first = common === out.length ? source : ~out[common];
    const last = common === into.length ? target : ~into[common];
    this.note(common ? out[common - 1] : -1, number, first, last);
    for (let depth = common + 1; depth <= into.length; depth += 1) {
      this.note(into[depth - 1], number, null, depth === into.length ? target : ~into[depth]);
      this.comeFrom.set(`${into[depth - 1]} ${number}`, this.depth[first < 0 ? this.first[~first] : first]);
    }
  }

  note(group, number, source, target) {
    const { wires } = this.inside.get(group);
    if (!wires.has(number)) wires.set(number, [source, new Set()]);
    wires.get(number)[1].add(target);
  }

  // Where everything lies: {width, height, boxes, groups, nets}; rectangles are [x, y, width, height].
  layout() {
    this.made = new Map();
    for (let group = this.groups.length - 1; group >= -1; group -= 1) this.made.set(group, this.make(group));
    const whole = this.made.get(-1);
    const found = { width: whole.width, height: whole.height, boxes: [], groups: [], nets: this.nets.map(() => []) };
    const waiting = [[-1, 0, 0]];
    for (const [group, x, y] of waiting) {
      const { placed, height, dx, dy, entries, exits } = this.made.get(group);
      const { parts, wires } = this.inside.get(group);
      parts.forEach((part, at) => {
        const [left, top] = [x + dx + placed.corners[at][0], y + dy + placed.corners[at][1]];
        const { width, height: high } = part < 0 ? this.made.get(~part) : this.boxes[part];
        (part < 0 ? found.groups : found.boxes)[part < 0 ? ~part : part] = [left, top, width, high];
        if (part < 0) waiting.push([~part, left, top]);
      });
      [...wires.keys()].forEach((number, at) => {
        found.nets[number].push(...placed.curves[at].map(([x1, y1, x2, y2]) => [x1 + x + dx, y1 + y + dy, x2 + x + dx, y2 + y + dy]));
      });
      for (const [number, place] of entries) found.nets[number].push([x + place, y, x + place, y + dy]);
      const end = y + dy + placed.height;
      for (const [number, place] of exits) found.nets[number].push([x + place, end, x + place, y + height]);
    }
    return found;
  }

  // Lays out a group whose inner groups are.
  make(group) {
    const { parts, wires } = this.inside.get(group);
    const numbers = [...wires.keys()];
    const far = (number) => this.comeFrom.get(`${group} ${number}`);
    // What comes from further up passes further to the right, as bends do.
    const entering = numbers.filter((number) => wires.get(number)[0] === null).sort((one, other) => far(other) - far(one) || one - other);
    const leaving = numbers.filter((number) => wires.get(number)[1].has(null));
    const placeOf = new Map(parts.map((part, at) => [part, entering.length + at]));
    const items = [
      ...entering.map(() => ({ width: 0, height: 0, isEntry: true })),
      ...parts.map((part) => {
        const { width, height } = part < 0 ? this.made.get(~part) : this.boxes[part];
        return { width, height, margin: part < 0 ? 0 : this.boxes[part].margin };
      }),
      ...leaving.map(() => ({ width: 0, height: 0, isExit: true })),
    ];
    const exit = entering.length + parts.length;
    const ways = numbers.map((number) => {
      const [source, targets] = wires.get(number);
      return {
        source: source === null ? entering.indexOf(number) : placeOf.get(source),
        start: this.startOf(number, source),
        ends: [...targets].map((target) => (target === null ? [exit + leaving.indexOf(number), 0] : [placeOf.get(target), this.endOf(number, target)])),
      };
    });
    const key = JSON.stringify([items, ways]);
    if (!this.known.has(key)) this.known.set(key, arrange(items, ways));
    return this.surround(group, this.known.get(key), entering, leaving);
  }

  startOf(number, source) {
    if (source === null) return 0;
    return source < 0 ? this.made.get(~source).exits.get(number) : this.boxes[source].starts[this.nets[number].port];
  }

  endOf(number, target) {
    return target < 0 ? this.made.get(~target).entries.get(number) : endOf(this.boxes[target]);
  }

  // The border around what is laid out.
  surround(group, placed, entering, leaving) {
    const { least, heading } = group < 0 ? { least: 0, heading: 0 } : this.groups[group];
    let dx = group < 0 ? 0 : SPACING.border;
    let width = placed.width + 2 * dx;
    const hangs = group >= 0 && this.inside.get(group).parts.some((part) => this.ends.has(part));
    const height = placed.height + heading + dx + (hangs ? SPACING.foot : 0);
    if (width < least) {
      dx += (least - width) / 2;
      width = least;
    }
    const { corners } = placed;
    const last = corners.length - leaving.length;
    return {
      placed: { ...placed, corners: corners.slice(entering.length, last) }, width, height, dx, dy: heading,
      entries: new Map(entering.map((number, at) => [number, dx + corners[at][0]])),
      exits: new Map(leaving.map((number, at) => [number, dx + corners[last + at][0]])),
    };
  }
}

// Where on its width nets end: in the middle, or above the first of several that begin at it.
const endOf = (box) => (box.starts.length > 1 ? box.starts[0] : box.width / 2);
