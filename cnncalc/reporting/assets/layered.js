// The layout of one level of the graph: `cnncalc/drawing/layered` again, so that blocks can be folded one by one.
//
// An item is {width, height, margin, isEntry, isExit}, a wire {source, start, ends: [[item, distance], …]}. What the
// steps do, and where they come from, stands in the Python modules that have their names; tests hold both to the
// same places over the whole zoo.

const BENDS = 40_000; // so many bends are laid out at most
const SPACING = { items: 16, bends: 10, ranks: 34, border: 12, foot: 8 };

class TooManyBends extends Error {}

// As Python rounds: what is in the middle goes to the even side.
function rounded(number, places) {
  const isMiddle = Math.abs((number * 2 ** (places + 1)) % 2) === 1;
  if (!isMiddle) return Number(number.toFixed(places));
  const below = Math.floor(number * 10 ** places);
  return (below % 2 ? below + 1 : below) / 10 ** places;
}

const largest = (values, least = 0) => values.reduce((most, value) => Math.max(most, value), least);

function assignRanks(items, wires) {
  const least = items.some((item) => item.isEntry) ? 1 : 0;
  const rank = items.map((item) => (item.isEntry ? 0 : least));
  const isFed = items.map((item) => Boolean(item.isEntry));
  const leads = items.map(() => []);
  for (const wire of wires) leads[wire.source].push(...wire.ends.map(([target]) => target));
  leads.forEach((targets, source) => {
    for (const target of targets) {
      isFed[target] = true;
      rank[target] = Math.max(rank[target], rank[source] + 1);
    }
  });
  for (let item = items.length - 1; item >= 0; item -= 1) {
    if (!isFed[item] && leads[item].length) {
      rank[item] = Math.max(rank[item], Math.min(...leads[item].map((target) => rank[target])) - 1);
    }
  }
  const inner = largest(rank.filter((_, item) => !items[item].isExit));
  return rank.map((place, item) => (items[item].isExit ? inner + 1 : place));
}

// Every rank with its vertices: items, and after them the bends of wires that pass.
function inRanks(items, wires) {
  const rank = assignRanks(items, wires);
  const ranks = Array.from({ length: largest(rank, -1) + 1 }, () => []);
  rank.forEach((place, item) => ranks[place].push(item));
  const links = ranks.slice(1).map(() => []);
  const paths = wires.map(() => []);
  const wireOf = [];
  const spans = wires.map((wire) => largest(wire.ends.map(([target]) => rank[target])));
  const bends = wires.reduce((all, wire, number) => all + Math.max(0, spans[number] - rank[wire.source] - 1), 0);
  if (bends > BENDS) throw new TooManyBends(digits(bends));
  const connect = (number, link, place) => {
    paths[number].push([place, link]);
    links[place].push(link);
  };
  const length = (number) => spans[number] - rank[wires[number].source];
  const inner = wires.map((_, number) => number).sort((one, other) => length(one) - length(other) || one - other);
  for (const number of inner) {
    const wire = wires[number];
    let [upper, above, place] = [wire.source, wire.start, rank[wire.source]];
    const ends = [...wire.ends].sort((one, other) => rank[one[0]] - rank[other[0]] || one[0] - other[0] || one[1] - other[1]);
    for (const [target, below] of ends) {
      while (place < rank[target] - 1) {
        const bend = items.length + wireOf.length;
        wireOf.push(number);
        rank.push(place + 1);
        ranks[place + 1].push(bend);
        connect(number, { upper, lower: bend, above, below: 0 }, place);
        [upper, above, place] = [bend, 0, place + 1];
      }
      connect(number, { upper, lower: target, above, below }, place);
    }
  }
  const passes = wires.map((wire) => new Set(wire.ends.map(([target]) => rank[target])).size > 1);
  const tail = items.map(() => 0);
  for (const wire of [...wires].sort((one, other) => other.source - one.source)) {
    for (const [target] of wire.ends) tail[wire.source] = Math.max(tail[wire.source], tail[target] + 1);
  }
  const head = [...rank.slice(0, items.length), ...wireOf.map((number) => rank[wires[number].source])];
  tail.push(...wireOf.map((number) => largest(wires[number].ends.map(([target]) => tail[target]))));
  return { rank, ranks, links, wireOf, passes, head, tail, paths };
}

// Puts the vertices of every rank in an order in which few wires cross.
class Spots {
  constructor(ranked, widths) {
    this.ranks = ranked.ranks;
    this.place = widths.map(() => 0);
    this.ranks.forEach((rank) => this.number(rank));
    this.upper = widths.map(() => []);
    this.lower = widths.map(() => []);
    const part = (distance, width) => (width ? (0.9 * distance) / width : 0);
    for (const link of ranked.links.flat()) {
      const [above, below] = [part(link.above, widths[link.upper]), part(link.below, widths[link.lower])];
      this.upper[link.lower].push([link.upper, above, below]);
      this.lower[link.upper].push([link.lower, below, above]);
    }
  }

  number(rank) {
    rank.forEach((vertex, place) => { this.place[vertex] = place; });
  }

  order() {
    let best = this.crossings();
    let order = this.ranks.map((rank) => [...rank]);
    let failed = 0;
    for (let sweep = 0; sweep < 12 && best && failed < 4; sweep += 1) {
      this.sweep(sweep % 2 === 0);
      this.exchange();
      const found = this.crossings();
      failed = found < best ? 0 : failed + 1;
      if (found < best) [best, order] = [found, this.ranks.map((rank) => [...rank])];
    }
    this.ranks.forEach((rank, place) => rank.splice(0, rank.length, ...order[place]));
  }

  crossings() {
    let found = 0;
    for (const rank of this.ranks) {
      const ends = rank.flatMap((vertex) => this.upper[vertex].map(([other, above, below]) => [this.place[other] + above, this.place[vertex] + below]));
      ends.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
      ends.forEach(([, below], at) => {
        for (let before = 0; before < at; before += 1) if (ends[before][1] > below) found += 1;
      });
    }
    return found;
  }

  sweep(down) {
    for (const rank of down ? this.ranks.slice(1) : this.ranks.slice(0, -1).reverse()) {
      const linked = down ? this.upper : this.lower;
      const middle = new Map(rank.filter((vertex) => linked[vertex].length).map((vertex) => [
        vertex, linked[vertex].reduce((all, [other, part]) => all + (this.place[other] + part), 0) / linked[vertex].length,
      ]));
      const free = rank.flatMap((vertex, place) => (middle.has(vertex) ? [place] : []));
      const ordered = free.map((place) => rank[place]).sort((one, other) => middle.get(one) - middle.get(other));
      free.forEach((place, at) => { rank[place] = ordered[at]; });
      this.number(rank);
    }
  }

  exchange() {
    for (const rank of this.ranks) {
      if (rank.length > 60) continue;
      for (let place = 0; place < rank.length - 1; place += 1) {
        const [left, right] = [rank[place], rank[place + 1]];
        let gain = 0;
        for (const linked of [this.upper, this.lower]) {
          for (const [other, part] of linked[left]) {
            for (const [another, otherPart] of linked[right]) gain += Math.sign(this.place[other] + part - (this.place[another] + otherPart));
          }
        }
        if (gain > 0) {
          [rank[place], rank[place + 1]] = [right, left];
          [this.place[left], this.place[right]] = [place + 1, place];
        }
      }
    }
  }
}

// Vertices of neighbouring ranks that are to stand below each other are a block, which has one place.
class Straight {
  constructor(ranked, room, items, toRight) {
    Object.assign(this, { ranked, room, items, toRight });
    const count = room.width.length;
    this.place = Array(count).fill(0);
    for (const rank of ranked.ranks) rank.forEach((vertex, place) => { this.place[vertex] = place; });
    this.root = room.width.map((_, vertex) => vertex);
    this.shift = Array(count).fill(0);
    ranked.links.forEach((links) => this.join(links));
  }

  join(links) {
    const key = (vertex, distance) => this.place[vertex] + (0.9 * distance) / (this.room.width[vertex] || 1);
    const keyed = new Map(links.map((link) => [link, [key(link.upper, link.above), key(link.lower, link.below)]]));
    const taken = [];
    const used = new Set();
    for (const link of this.middles(links, keyed)) {
      if (used.has(link.upper) || used.has(link.lower)) continue;
      const [above, below] = keyed.get(link);
      let at = 0;
      while (at < taken.length && (taken[at][0] < above || (taken[at][0] === above && taken[at][1] < below))) at += 1;
      if ((at && taken[at - 1][1] > below) || (at < taken.length && taken[at][1] < below)) continue;
      taken.splice(at, 0, [above, below]);
      used.add(link.upper).add(link.lower);
      this.root[link.lower] = this.root[link.upper];
      this.shift[link.lower] = this.shift[link.upper] + link.above - link.below;
    }
  }

  // The links that vertices should be straight along, those first that matter most.
  middles(links, keyed) {
    const { ranked, items, toRight } = this;
    const rating = (link) => {
      const bends = [link.upper, link.lower].filter((vertex) => vertex >= items);
      return bends.length !== 1 || !ranked.passes[ranked.wireOf[bends[0] - items]] ? 1 : 0;
    };
    const weight = (link) => [3, 0, 6][(link.upper >= items) + (link.lower >= items)];
    const votes = new Map();
    [["lower", (link) => ranked.head[link.upper]], ["upper", (link) => ranked.tail[link.lower]]].forEach(([end, length], side) => {
      const linked = new Map();
      for (const link of links) linked.set(link[end], [...(linked.get(link[end]) ?? []), link]);
      for (const group of linked.values()) {
        const best = largest(group.map(rating));
        let near = group.filter((link) => rating(link) === best);
        const long = largest(near.map(length));
        near = near.filter((link) => length(link) > long - 2);
        near.sort((one, other) => keyed.get(one)[side] - keyed.get(other)[side]);
        const middle = near[Math.floor((near.length - (toRight ? 0 : 1)) / 2)];
        votes.set(middle, (votes.get(middle) ?? 0) + 1);
      }
    });
    const sign = toRight ? -1 : 1;
    const matters = (link) => weight(link) + votes.get(link);
    return links.filter((link) => votes.has(link)).sort((one, other) => matters(other) - matters(one)
      || sign * (keyed.get(one)[0] - keyed.get(other)[0]) || sign * (keyed.get(one)[1] - keyed.get(other)[1]));
  }

  // The left borders of all vertices, the blocks being moved to one side.
  places() {
    const { room, root, shift } = this;
    const count = root.length;
    const after = root.map(() => []);
    const waiting = Array(count).fill(0);
    for (const rank of this.ranked.ranks) {
      for (let at = 1; at < rank.length; at += 1) {
        const [left, right] = [rank[at - 1], rank[at]];
        const apart = room.width[left] + Math.max(room.right[left], room.left[right]);
        after[root[left]].push([root[right], apart + shift[left] - shift[right]]);
        waiting[root[right]] += 1;
      }
    }
    const order = root.flatMap((own, vertex) => (own === vertex && !waiting[vertex] ? [vertex] : []));
    for (const block of order) {
      for (const [other] of after[block]) {
        waiting[other] -= 1;
        if (!waiting[other]) order.push(other);
      }
    }
    const x = Array(count).fill(0);
    root.forEach((block, vertex) => { x[block] = Math.max(x[block], -shift[vertex]); });
    for (const block of order) for (const [other, far] of after[block]) x[other] = Math.max(x[other], x[block] + far);
    if (this.toRight) this.moveRight(x, after, order);
    else {
      for (const block of [...order].reverse()) {
        if (after[block].length) x[block] = Math.max(x[block], Math.min(...after[block].map(([other, far]) => x[other] - far)));
      }
    }
    return root.map((block, vertex) => x[block] + shift[vertex]);
  }

  moveRight(x, after, order) {
    const ends = x.map(() => 0);
    this.root.forEach((block, vertex) => { ends[block] = Math.max(ends[block], this.shift[vertex] + this.room.width[vertex]); });
    const whole = largest(order.map((block) => x[block] + ends[block]));
    const before = x.map(() => []);
    for (const block of order) for (const [other, far] of after[block]) before[other].push([block, far]);
    for (const block of [...order].reverse()) x[block] = Math.min(whole - ends[block], ...after[block].map(([other, far]) => x[other] - far));
    for (const block of order) {
      if (before[block].length) x[block] = Math.min(x[block], Math.max(...before[block].map(([other, far]) => x[other] + far)));
    }
  }
}

// Lays out items and wires: {width, height, corners, curves}, a curve being [x1, y1, x2, y2].
function arrange(items, wires) {
  const ranked = inRanks(items, wires);
  const beside = (item) => (item.isEntry || item.isExit ? SPACING.bends : SPACING.items);
  const bends = ranked.wireOf.map(() => SPACING.bends);
  const room = {
    width: [...items.map((item) => item.width), ...bends.map(() => 0)],
    left: [...items.map(beside), ...bends],
    right: [...items.map((item) => (item.margin ?? 0) + beside(item)), ...bends],
  };
  new Spots(ranked, room.width).order();
  const [left, right] = [false, true].map((toRight) => new Straight(ranked, room, items.length, toRight).places());
  const middle = left.map((place, vertex) => (place + right[vertex]) / 2);
  const border = middle.reduce((least, place) => Math.min(least, place), Infinity);
  const x = middle.map((place) => rounded(place - border, 2));
  const [tops, bottoms] = rowsOf(ranked, items, x);
  const ends = x.map((place, vertex) => place + room.width[vertex] + (items[vertex]?.margin ?? 0));
  return {
    width: largest(ends), height: bottoms.at(-1) ?? 0,
    corners: items.map((_, item) => [x[item], tops[ranked.rank[item]]]),
    curves: ranked.paths.map((path) => curvesOf(ranked, path, [x, tops, bottoms], items)),
  };
}

const STUB = 11; // so far a wire runs straight down from an item before it bends

// The upper and the lower border of every rank.
function rowsOf(ranked, items, x) {
  const [tops, bottoms] = [[], []];
  let y = 0;
  ranked.ranks.forEach((rank, place) => {
    tops.push(y);
    y += largest(rank.map((vertex) => items[vertex]?.height ?? 0));
    bottoms.push(y);
    if (place === ranked.ranks.length - 1) return;
    const far = largest(ranked.links[place].map((link) => Math.abs(x[link.upper] + link.above - x[link.lower] - link.below)));
    const isOutside = rank.some((vertex) => items[vertex]?.isEntry) || ranked.ranks[place + 1].some((vertex) => items[vertex]?.isExit);
    y += (isOutside ? SPACING.ranks / 2 : SPACING.ranks) + Math.min(90, 0.12 * far);
    y += far > 0.1 && !isOutside ? STUB : 0;
  });
  return [tops, bottoms];
}

function curvesOf(ranked, path, [x, tops, bottoms], items) {
  const curves = [];
  const passed = new Set();
  for (const [place, link] of path) {
    const [x1, x2] = [x[link.upper] + link.above, x[link.lower] + link.below];
    const height = items[link.upper]?.height ?? 0;
    const start = bottoms[place] + (height ? STUB : 0);
    if (!passed.has(link.upper)) {
      passed.add(link.upper);
      const top = tops[place] + height;
      if (start > top) curves.push([x1, top, x1, start]);
    }
    curves.push([x1, start, x2, tops[place + 1]]);
  }
  return curves;
}
