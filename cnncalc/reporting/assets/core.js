// What all panels share: elements, numbers, what is chosen.

// Every element of the page is made here. Text is text: nothing is ever read as markup.
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

const digits = (number) => (number === null || number === undefined ? "?" : number.toLocaleString("en-US"));

// Three digits and a unit, as the tables of the command line have them.
function scaled(number, base, units) {
  if (number === null || number === undefined) return "?";
  let place = 0;
  let value = number;
  while (value >= base && place < units.length - 1) {
    value /= base;
    place += 1;
  }
  const text = place === 0 ? String(value) : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text + units[place];
}
const short = (number) => scaled(number, 1000, ["", "k", "M", "G", "T", "P"]);
const bytes = (number) => scaled(number, 1024, [" B", " KiB", " MiB", " GiB", " TiB", " PiB"]);

// The key that is pressed; with Ctrl, Alt or the key of the system it is the browser's.
const keyOf = (event) => (event.ctrlKey || event.altKey || event.metaKey ? "" : event.key);

const panels = new Map(); // by name: {title, draw(home, data, view)}, in the order in which they stand

// One network on the page: its data, what is chosen in it, and who wants to know of that.
class View {
  constructor(network) {
    this.network = network;
    this.nodes = network.nodes;
    this.folding = new Folding(network.panels.layers);
    this.chosen = null; // [first, last]: a stretch of nodes
    this.listeners = [];
  }

  // A panel that is drawn later than something is chosen is told of that at once.
  onChoose(listener) {
    this.listeners.push(listener);
    if (this.chosen) listener(...this.chosen, "");
  }

  // What a panel chooses, all others show; `by` is the panel.
  choose(first, last, by) {
    this.chosen = [first, last];
    opened.own.chosen = [this.name(first), this.name(last)];
    for (const listener of this.listeners) listener(first, last, by);
  }

  // The stretch between two nodes of these names, null if they are gone.
  find([first, last]) {
    const stretch = [this.nodes.name.indexOf(first), this.nodes.name.lastIndexOf(last)];
    return stretch.includes(-1) ? null : stretch;
  }

  name(node) {
    return this.nodes.name[node];
  }

  // The name of a stretch of nodes: that of its row.
  title(first, last) {
    const table = this.network.panels.layers;
    for (let row = 0; row < table.first.length; row += 1) {
      if (table.first[row] === first && table.last[row] === last) return table.cells[row][0];
    }
    return this.name(last);
  }
}

// Draws once an element is seen, and again whenever it is seen anew or has another width. What is there already is
// drawn at once: who prints does not wait.
function whenSized(element, draw) {
  let width = element.clientWidth;
  if (width) draw(width);
  new ResizeObserver((entries) => {
    const now = Math.floor(entries[0].contentRect.width);
    const isNew = now > 0 && now !== width;
    width = now;
    if (isNew) draw(now);
  }).observe(element);
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
