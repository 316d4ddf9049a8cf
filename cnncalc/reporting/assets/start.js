// Puts the page together: what stands at its top, the table, and the other panels as tabs beside it.

// What stays as it was where a page is shown anew, its text having been changed: the tab and the columns that were
// chosen last, the order of the rows, and by what the graph is coloured; of the network of this name (`own`) the
// blocks that are open, what is searched and chosen, and how far it was scrolled. `shown` ends with the page.
const opened = { shown: new AbortController(), network: "", tab: "", hidden: null, sorted: null, by: "", own: {} };

function showNetwork(home, network, comparison) {
  opened.shown.abort();
  opened.shown = new AbortController();
  const view = new View(network);
  if (opened.network !== network.name) opened.own = {};
  opened.network = network.name;
  const { own } = opened;
  if (own.blocks) view.folding.openAll(own.blocks);
  view.folding.onChange(() => { own.blocks = view.folding.named(); });
  if (own.chosen) view.chosen = view.find(own.chosen);
  const totals = el("dl", { class: "totals" }, network.totals.map(([word, number]) => el("div", {}, el("dt", {}, word), el("dd", {}, number))));
  const left = el("section", { class: "panel layers", "aria-label": "Layers" });
  const tabs = el("div", { role: "tablist", "aria-label": "Panels", class: "tabs" });
  const right = el("section", { class: "panel beside", "aria-label": "Panels" }, tabs);
  home.replaceChildren(network.about ? el("p", { class: "about" }, network.about) : "", totals, el("div", { class: "columns" }, left, right));
  panels.get("layers").draw(left, network.panels.layers, view);
  const found = [...panels].filter(([name]) => name !== "layers" && network.panels[name]);
  const entries = found.map(([name, panel]) => {
    const count = panel.count?.(network.panels[name]);
    return [name, count ? `${panel.title} (${count})` : panel.title, (body) => panel.draw(body, network.panels[name], view)];
  });
  if (comparison) entries.unshift(["comparison", "Comparison", (body) => showComparison(body, comparison)]);
  showTabs(tabs, right, entries, `n${network.id}`);
  return view;
}

// Tabs, of which each is drawn when it is first seen; for print all of them are.
function showTabs(tabs, home, entries, prefix) {
  const drawn = new Set();
  const buttons = new Map();
  const bodies = new Map();
  for (const [name, title] of entries) {
    const button = el("button", {
      type: "button", role: "tab", id: `${prefix}-tab-${name}`, "aria-controls": `${prefix}-${name}`,
      on: { click: () => choose(name), keydown: (event) => step(event, name) },
    }, title);
    const body = el("div", { role: "tabpanel", id: `${prefix}-${name}`, "aria-labelledby": button.id, class: `body ${name}`, tabindex: "-1", "data-title": title });
    buttons.set(name, button);
    bodies.set(name, body);
    tabs.append(button);
    home.append(body);
  }

  function draw(name) {
    if (drawn.has(name)) return;
    drawn.add(name);
    entries.find(([other]) => other === name)[2](bodies.get(name));
  }

  function open(name) {
    for (const [other, button] of buttons) {
      const is = other === name;
      button.setAttribute("aria-selected", String(is));
      button.tabIndex = is ? 0 : -1;
      bodies.get(other).hidden = !is;
    }
    draw(name);
  }

  function choose(name) {
    opened.tab = name;
    open(name);
  }

  function step(event, name) {
    const names = [...buttons.keys()];
    const move = { ArrowRight: 1, ArrowLeft: -1 }[keyOf(event)];
    if (!move) return;
    event.preventDefault();
    const next = names[(names.indexOf(name) + move + names.length) % names.length];
    choose(next);
    buttons.get(next).focus();
  }

  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("paper");
    for (const [name, body] of bodies) {
      body.classList.toggle("printed", body.hidden);
      body.hidden = false;
      draw(name);
    }
  }, { signal: opened.shown.signal });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("paper");
    for (const body of bodies.values()) {
      if (body.classList.contains("printed")) body.hidden = true;
      body.classList.remove("printed");
    }
  }, { signal: opened.shown.signal });
  open(buttons.has(opened.tab) ? opened.tab : entries[0][0]);
}

// The whole page of a document.
function showPage(home, data) {
  const main = el("main", { id: "main" });
  data.networks.forEach((network, place) => { network.id = place; });
  const choice = data.networks.length < 2 ? null : el("select", {
    "aria-label": "Network", class: "network",
    on: { change: () => show(Number(choice.value)) },
  }, data.networks.map((network, place) => el("option", { value: place }, network.name)));
  const title = el("h1");
  const where = el("p", { class: "quiet" });
  function show(place) {
    const network = data.networks[place];
    title.textContent = network.name;
    where.textContent = [network.path, network.dialect && `dialect ${network.dialect}`, `cnncalc ${data.cnncalc}`].filter(Boolean).join(" · ");
    showNetwork(main, network, data.comparison);
  }
  home.replaceChildren(el("a", { class: "skip", href: "#main" }, "Skip to the network"), el("header", {}, el("div", {}, title, where), choice), main);
  // The network that was shown before, if there is one; of two that are compared, the second.
  const kept = data.networks.findIndex((network) => network.name === opened.network);
  const first = kept >= 0 ? kept : data.comparison ? data.networks.length - 1 : 0;
  show(first);
  if (choice) choice.value = first;
}
