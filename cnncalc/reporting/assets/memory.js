// What is alive in memory during each layer, and where most is.

panels.set("memory", {
  title: "Memory",
  draw(home, data, view) {
    const text = el("p", { class: "answer", role: "status", "aria-live": "polite" });
    const figure = el("div", { class: "chart" });
    const list = el("ul", { class: "alive" });
    home.append(
      el("p", {}, "Activations that are alive during each layer, one example, ", data.types, "; the peak is ",
        el("button", { type: "button", class: "link", on: { click: () => choose(data.at) } }, `${data.words.peak} at ${view.name(data.at)}`), "."),
      figure, text, list);
    const over = new Set(data.over);
    const count = data.live.length;

    function choose(step) {
      view.choose(step, step, "memory");
      tell(step);
    }

    function tell(step) {
      const alive = [];
      for (let other = 0; other <= step; other += 1) {
        if (data.writes[other] && data.last[other] >= step && (other < step || !over.has(step))) alive.push(other);
      }
      alive.sort((one, another) => data.writes[another] - data.writes[one]);
      text.textContent = `${view.name(step)}: ${bytes(data.live[step])} alive, ${alive.length} tensor${alive.length === 1 ? "" : "s"}`;
      list.replaceChildren(...alive.slice(0, 12).map((tensor) => el("li", {}, `${view.name(tensor)} ${bytes(data.writes[tensor])}`)),
        ...(alive.length > 12 ? [el("li", { class: "quiet" }, `and ${alive.length - 12} more`)] : []));
      cursor(step);
    }

    let cursor = () => {};
    let now = data.at;
    whenSized(figure, (width) => {
      const [height, left, bottom] = [220, 68, 18];
      const plain = width - left - 4;
      const x = (step) => left + (step / count) * plain;
      const y = (size) => 8 + (height - bottom - 8) * (1 - size / data.peak);
      const steps = (values) => {
        let path = `M${x(0)} ${y(0)}`;
        values.forEach((value, step) => { path += `V${y(value).toFixed(1)}H${x(step + 1).toFixed(1)}`; });
        return `${path}V${y(0)}Z`;
      };
      const before = data.live.map((live, step) => live - (over.has(step) ? 0 : data.writes[step]));
      const mark = svg("rect", { class: "cursor", y: 8, height: height - bottom - 8 });
      const lines = [0, 0.25, 0.5, 0.75, 1].map((part) => {
        const at = y(data.peak * part);
        return svg("g", {}, svg("line", { class: "grid", x1: left, x2: width - 4, y1: at, y2: at }),
          svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, bytes(Math.round(data.peak * part))));
      });
      const picture = svg("svg", {
        width, height, role: "application", tabindex: "0",
        "aria-label": `Memory over ${count} layers, arrow keys go from layer to layer; the peak is ${data.words.peak} at ${view.name(data.at)}`,
        on: {
          click: (event) => choose(stepAt(event)),
          pointermove: (event) => tell(stepAt(event)),
          pointerleave: () => tell(now),
          keydown: (event) => {
            const move = { ArrowLeft: -1, ArrowRight: 1 }[keyOf(event)];
            if (!move) return;
            event.preventDefault();
            choose(Math.min(count - 1, Math.max(0, now + move)));
          },
        },
      }, lines,
      svg("path", { class: "live", d: steps(data.live) }),
      svg("path", { class: "before", d: steps(before) }),
      svg("circle", { class: "peak", cx: (x(data.at) + x(data.at + 1)) / 2, cy: y(data.peak), r: 4 }),
      mark,
      svg("text", { x: left, y: height - 4 }, view.name(0)),
      svg("text", { x: width - 4, y: height - 4, "text-anchor": "end" }, view.name(count - 1)));
      const stepAt = (event) => {
        const box = picture.getBoundingClientRect();
        return Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left - left) / plain) * count)));
      };
      cursor = (step) => {
        mark.setAttribute("x", x(step));
        mark.setAttribute("width", Math.max(1.5, plain / count));
      };
      figure.replaceChildren(picture, el("p", { class: "legend" },
        el("span", { class: "key live" }), "written by the layer", el("span", { class: "key before" }), "read, or waiting"));
      tell(now);
    });
    view.onChoose((first, last) => {
      now = last;
      tell(last);
    });
  },
});
