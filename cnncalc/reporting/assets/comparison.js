// How the two networks differ: totals, and the layers that are not the same.

function showComparison(home, data) {
  const number = (value) => (typeof value === "number" ? digits(value) : value === null ? "–" : Array.isArray(value) ? value.join("×") : typeof value === "object" ? Object.values(value).flat().join("×") : String(value));
  const change = (old, now) => {
    if (typeof old !== "number" || typeof now !== "number") return "";
    if (old === now) return "=";
    const share = old ? ` (${now > old ? "+" : "−"}${Math.abs((100 * (now - old)) / old).toFixed(1)} %)` : "";
    return `${now > old ? "+" : "−"}${digits(Math.abs(now - old))}${share}`;
  };
  const head = (...titles) => el("thead", {}, el("tr", {}, titles.map((title) => el("th", { scope: "col" }, title))));
  home.append(
    el("h3", {}, `${data.old} → ${data.new}`),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Totals of both networks" }, el("table", { class: "plain" },
      el("caption", {}, "Totals"), head("", data.old, data.new, "change"),
      el("tbody", {}, data.totals.map(([title, old, now]) => el("tr", { class: String(old) === String(now) ? "same" : null },
        el("th", { scope: "row" }, title), el("td", { class: "right" }, number(old)), el("td", { class: "right" }, number(now)),
        el("td", { class: "right" }, change(old, now))))))));
  if (data.variables.length) {
    home.append(el("p", {}, data.variables.map(([name, old, now]) => `${name}: ${old || "–"} → ${now || "–"}`).join("; ")));
  }
  const unchanged = data.unchanged === null || data.unchanged === undefined ? "" : `, ${digits(data.unchanged)} are the same`;
  home.append(el("h4", {}, `${digits(data.layers.length)} layers differ${unchanged}`));
  if (!data.layers.length) return;
  const most = 300;
  home.append(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Layers that differ" }, el("table", { class: "plain" },
    head("", "layer", "kind", "output", "what differs"),
    el("tbody", {}, data.layers.slice(0, most).map((layer) => {
      const [old, now] = layer.output;
      const names = layer.old && layer.new && layer.old !== layer.new ? `${layer.old} → ${layer.new}` : layer.new ?? layer.old;
      const told = [...layer.keys.map(([key, was, is]) => `${key} ${was || "–"} → ${is || "–"}`),
        ...(layer.status === "changed" ? layer.numbers.map(([title, was, is]) => `${title} ${number(was)} → ${number(is)}`) : [])];
      return el("tr", { class: layer.status }, el("td", {}, { added: "+", removed: "−" }[layer.status] ?? "~", el("span", { class: "hidden" }, layer.status)),
        el("th", { scope: "row" }, names), el("td", {}, layer.op), el("td", {}, old && now && old !== now ? `${old} → ${now}` : now || old), el("td", {}, told.join("; ")));
    })))));
  if (data.layers.length > most) home.append(el("p", { class: "quiet" }, `and ${digits(data.layers.length - most)} more: \`cnncalc diff\` has all`));
}
