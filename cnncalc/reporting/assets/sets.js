// What one unit sees, exactly: the taps that really exist are followed from the unit to the inputs.
//
// A set of places is {runs} (the product of stretches along each axis, as [a, b, a, b, …] with both ends
// inclusive) or, where it is no product, {mask, size}. An empty set is null.

// The elements along one axis that the units of some stretches read.
function readRuns(axis, runs, n) {
  if (axis.kind === "all") return n > 0 ? [0, n - 1] : [];
  if (axis.kind === "same") return runs;
  const found = [];
  if (axis.kind === "stretch" || (axis.kind === "window" && axis.by[2] === 1 && axis.by[1] <= axis.by[0])) {
    // Neighbours touch, so that a stretch of units reads a stretch.
    const [kernel, stride, , before, after] = axis.kind === "window" ? axis.by : [1, 1, 1, axis.by[0], 0];
    for (let i = 0; i < runs.length; i += 2) {
      const first = Math.max(0, runs[i] * stride - before);
      const last = Math.min(after < 0 ? n + after - 1 : n - 1, runs[i + 1] * stride - before + kernel - 1);
      if (first <= last) found.push(first, last);
    }
    return joinRuns(found);
  }
  for (let i = 0; i < runs.length; i += 2) {
    for (let u = runs[i]; u <= runs[i + 1]; u += 1) found.push(...tapsOf(axis, u, n));
  }
  return joinRuns(found);
}

// The elements that unit `u` reads along an axis of `n`: what lies beyond its ends is left out.
function tapsOf(axis, u, n) {
  switch (axis.kind) {
    case "all":
      return n > 0 ? [0, n - 1] : [];
    case "same":
      return [u, u];
    case "picked":
      return [axis.taps[u], axis.taps[u]];
    case "listed":
      return axis.taps[u];
    case "stretch": {
      const place = u - axis.by[0];
      return place >= 0 && place < n ? [place, place] : [];
    }
    case "grouped": {
      const first = axis.terms.reduce((all, [inner, length, factor]) => all + (Math.floor(u / inner) % length) * factor, 0);
      return axis.offsets.map((offset) => first + offset);
    }
    case "window": {
      const [kernel, stride, dilation, before, after] = axis.by;
      const start = u * stride - before;
      const end = after < 0 ? n + after : n;
      const first = Math.max(0, Math.ceil(-start / dilation));
      const last = Math.min(kernel - 1, Math.floor((end - 1 - start) / dilation));
      return spaced(start + first * dilation, start + last * dilation, dilation);
    }
    default: {
      // Transposed: all i for which u + cut − i·stride is the place of a tap.
      const [kernel, stride, dilation, cut] = axis.by;
      const found = [];
      for (let tap = 0; tap < kernel; tap += 1) {
        const place = u + cut - tap * dilation;
        if (place % stride === 0 && place >= 0 && place / stride < n) found.push(place / stride);
      }
      return found.reverse().flatMap((i) => [i, i]);
    }
  }
}

function spaced(first, last, step) {
  if (first > last) return [];
  if (step === 1) return [first, last];
  const found = [];
  for (let place = first; place <= last; place += step) found.push(place, place);
  return found;
}

// Stretches in order, those that touch as one.
function joinRuns(runs) {
  const pairs = [];
  for (let i = 0; i < runs.length; i += 2) pairs.push([runs[i], runs[i + 1]]);
  pairs.sort((one, other) => one[0] - other[0]);
  const found = [];
  for (const [first, last] of pairs) {
    if (found.length && first <= found[found.length - 1] + 1) {
      found[found.length - 1] = Math.max(found[found.length - 1], last);
    } else {
      found.push(first, last);
    }
  }
  return found;
}

const product = (sizes) => sizes.reduce((all, size) => all * size, 1);
const sameRuns = (one, other) => one.length === other.length && one.every((end, i) => end === other[i]);
const inRuns = (runs, place) => {
  for (let i = 0; i < runs.length; i += 2) if (place >= runs[i] && place <= runs[i + 1]) return true;
  return false;
};

// The set as a mask over a tensor of a size.
function maskOf(set, size) {
  if (set.mask) return set.mask;
  const mask = new Uint8Array(product(size));
  markRuns(mask, set.runs, size);
  return mask;
}

// Sets the bits of a product of stretches; the last axis is filled a stretch at a time.
function markRuns(mask, runs, size, at = 0, place = 0) {
  if (at === size.length) {
    mask[place] = 1;
    return;
  }
  for (let i = 0; i < runs[at].length; i += 2) {
    if (at === size.length - 1) {
      mask.fill(1, place * size[at] + runs[at][i], place * size[at] + runs[at][i + 1] + 1);
      continue;
    }
    for (let u = runs[at][i]; u <= runs[at][i + 1]; u += 1) markRuns(mask, runs, size, at + 1, place * size[at] + u);
  }
}

// All that is in either of two sets.
function unionOf(one, other, size) {
  if (!one || !other || one === other) return one ?? other;
  if (one.runs && other.runs) {
    const joined = one.runs.map((runs, at) => joinRuns([...runs, ...other.runs[at]]));
    const differ = one.runs.filter((runs, at) => !sameRuns(runs, other.runs[at])).length;
    if (differ <= 1) return { runs: joined };
    if (joined.every((runs, at) => sameRuns(runs, one.runs[at]))) return one;
    if (joined.every((runs, at) => sameRuns(runs, other.runs[at]))) return other;
  }
  const mask = Uint8Array.from(maskOf(one, size));
  const more = maskOf(other, size);
  for (let place = 0; place < mask.length; place += 1) mask[place] |= more[place];
  return { mask, size };
}

// The elements of a tensor of `size` that a set of units, of a tensor of `output`, reads.
function pullSet(set, way, size, output) {
  if (size.length === 0) return { runs: [] };
  if (way.axes.every((axis) => axis.kind === "all")) {
    return size.every((n) => n > 0) ? { runs: size.map((n) => [0, n - 1]) } : null;
  }
  const goals = way.axes.map((axis) => (axis.kind === "all" ? [] : axis.to));
  const single = goals.every((to) => to.length <= 1);
  const used = goals.flat();
  if (set.runs && single && new Set(used).size === used.length) {
    const runs = way.axes.map((axis, at) =>
      readRuns(axis, goals[at].length ? set.runs[goals[at][0]] : [0, 0], size[at]));
    return runs.every((one) => one.length) ? { runs } : null;
  }
  if (set.mask && single && way.axes.every((axis, at) => axis.to.length === 1 && axis.to[0] === at) && size.length === output.length) {
    return pullMask(set.mask, way, size, output);
  }
  return pullPlaces(set, way, size, output);
}

// Axis by axis, where none moves.
function pullMask(mask, way, size, output) {
  let lengths = [...output];
  way.axes.forEach((axis, at) => {
    if (axis.kind === "same") return;
    const outer = product(lengths.slice(0, at));
    const inner = product(lengths.slice(at + 1));
    const [m, n] = [lengths[at], size[at]];
    const read = new Uint8Array(outer * n * inner);
    for (let u = 0; u < m; u += 1) {
      const taps = tapsOf(axis, u, n);
      for (let o = 0; o < outer; o += 1) {
        const from = (o * m + u) * inner;
        const row = mask.subarray(from, from + inner);
        if (!row.includes(1)) continue;
        for (let i = 0; i < taps.length; i += 2) {
          for (let tap = taps[i]; tap <= taps[i + 1]; tap += 1) {
            const to = (o * n + tap) * inner;
            for (let k = 0; k < inner; k += 1) read[to + k] |= row[k];
          }
        }
      }
    }
    mask = read;
    lengths[at] = n;
  });
  return mask.includes(1) ? { mask, size } : null;
}

// Place by place, where axes are gone, split, or put together.
function pullPlaces(set, way, size, output) {
  const asked = maskOf(set, output);
  const read = new Uint8Array(product(size));
  const done = new Set();
  for (let place = 0; place < asked.length; place += 1) {
    if (!asked[place]) continue;
    const unit = unitOf(place, output);
    const at = way.axes.map((axis) => axis.to.reduce((all, to) => all * output[to] + unit[to], 0));
    const key = at.reduce((all, one, i) => all * (1 + product(way.axes[i].to.map((to) => output[to]))) + one, 0);
    if (done.has(key)) continue;
    done.add(key);
    const runs = way.axes.map((axis, i) => tapsOf(axis, at[i], size[i]));
    if (runs.every((one) => one.length)) markRuns(read, runs, size);
  }
  return read.includes(1) ? { mask: read, size } : null;
}

// The place on every axis of a place among all.
function unitOf(place, size) {
  const unit = [];
  for (let at = size.length - 1; at >= 0; at -= 1) {
    unit[at] = place % size[at];
    place = Math.floor(place / size[at]);
  }
  return unit;
}

// What a unit of a node sees of every input that the node depends on: [[input, set], …].
// `local` leaves out what is seen only through a layer that sees everything.
function seenBy(fields, inputs, node, unit, local = false) {
  const asked = new Map([[node, { runs: unit.map((place) => [place, place]) }]]);
  const found = [];
  for (let at = node; at >= 0; at -= 1) {
    if (!asked.has(at)) continue;
    const set = asked.get(at);
    asked.delete(at);
    if (inputs[at].length === 0) {
      if (fields.inputs.has(at)) found.unshift([at, set]);
      continue;
    }
    inputs[at].forEach((source, place) => {
      const reads = fields.reads[at][place];
      if (reads === -2) return;
      const size = fields.sizes[source];
      const way = reads >= 0 ? fields.ways[reads] : null;
      let read = set;
      if (set && way && !(local && way.local === "same")) {
        read = local && way.local === "none" ? null : pullSet(set, way, size, fields.sizes[at]);
      }
      asked.set(source, asked.has(source) ? unionOf(asked.get(source), read, size) : read);
    });
  }
  return found;
}

// First and last on each axis, how many elements there are, and how many the box around them has.
function measure(set) {
  if (!set) return null;
  if (set.runs) {
    const box = set.runs.map((runs) => [runs[0], runs[runs.length - 1]]);
    const counts = set.runs.map((runs) => runs.reduce((all, end, i) => all + (i % 2 ? end + 1 : -end), 0));
    return { box, elements: product(counts), whole: product(box.map(([a, b]) => b - a + 1)) };
  }
  const box = set.size.map((size) => [size, -1]);
  let elements = 0;
  set.mask.forEach((bit, place) => {
    if (!bit) return;
    elements += 1;
    unitOf(place, set.size).forEach((u, at) => {
      box[at] = [Math.min(box[at][0], u), Math.max(box[at][1], u)];
    });
  });
  return { box, elements, whole: product(box.map(([a, b]) => b - a + 1)) };
}

// The last two axes are drawn; a signal is a strip.
const lastTwo = (size) => (size.length > 1 ? size.slice(-2) : [1, size[0] ?? 1]);

// A set as `high` by `wide` dots: whether there is anything of it in a dot, in any plane.
function dotsOf(set, size, high, wide) {
  const [rows, columns] = lastTwo(size);
  const dots = new Uint8Array(high * wide);
  if (set.runs) {
    const [down, across] = size.length > 1 ? set.runs.slice(-2) : [[0, 0], set.runs[0]];
    const line = dotsOfRuns(across, columns, wide);
    dotsOfRuns(down, rows, high).forEach((is, y) => { if (is) dots.set(line, y * wide); });
    return dots;
  }
  set.mask.forEach((bit, place) => {
    if (!bit) return;
    const [y, x] = [Math.floor(place / columns) % rows, place % columns];
    dots[Math.floor((y * high) / rows) * wide + Math.floor((x * wide) / columns)] = 1;
  });
  return dots;
}

function dotsOfRuns(runs, n, wide) {
  const dots = new Uint8Array(wide);
  const dotOf = (place) => Math.floor((place * wide) / n);
  for (let i = 0; i < runs.length; i += 2) dots.fill(1, dotOf(runs[i]), dotOf(runs[i + 1]) + 1);
  return dots;
}

// Which elements of an axis any stop of a sliding window reads, where the map is continued by its own values those too.
function readElements({ kernel, stride, dilation, before, after, input: n, output: m, mode }) {
  const read = new Uint8Array(n);
  const end = after < 0 ? n + after : n;
  const mark = (place) => {
    if (place >= 0 && place < end) read[place] = 1;
    else if (mode) read[copiedPlace(place, n, mode)] = 1;
  };
  if (dilation === 1 && kernel >= stride) {
    // Neighbours touch, so that all stops together read a stretch.
    const last = (m - 1) * stride - before + kernel - 1;
    read.fill(1, Math.max(0, -before), Math.max(0, Math.min(end, last + 1)));
    for (let place = -before; place < 0; place += 1) mark(place);
    for (let place = n; place <= last; place += 1) mark(place);
    return read;
  }
  for (let u = 0; u < m; u += 1) {
    for (let tap = 0; tap < kernel; tap += 1) mark(u * stride - before + tap * dilation);
  }
  return read;
}

// The element that is copied to a place beyond the ends of `n` elements.
function copiedPlace(place, n, mode) {
  if (mode === "replicate") return Math.min(Math.max(place, 0), n - 1);
  if (mode === "circular") return ((place % n) + n) % n;
  return n - 1 - Math.abs(n - 1 - Math.abs(place));
}
