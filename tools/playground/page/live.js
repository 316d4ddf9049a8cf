// The page live without a server: cnncalc runs in a worker of this page, and what is saved is downloaded.

class Playground extends Live {
  constructor(home, { examples, links }) {
    super(home, { token: "", folder: "playground" });
    home.querySelector(".bar").append(el("nav", { "aria-label": "Playground", class: "links" }, links.map(([text, href]) => el("a", { href }, text))));
    this.examples = examples;
    this.save.textContent = "Download";
    this.waiting_for = new Map();
    this.worker = new Worker("looking.mjs", { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (event) => this.say(`Python does not start: ${event.message ?? "this browser has no module workers"}`));
  }

  hear({ ready, number, answer, error }) {
    if (ready !== undefined) {
      document.documentElement.dataset.ready = String(Math.round(performance.now()));
      this.isReady = ready;
      this.say(ready ? "" : `Python does not start: ${error}`);
      return;
    }
    const { resolve, reject } = this.waiting_for.get(number);
    this.waiting_for.delete(number);
    if (error) reject(new Error(error));
    else resolve(JSON.parse(answer));
  }

  // Answers as the server would.
  async ask(path, body) {
    if (path === "/files") return { files: Object.fromEntries(Object.keys(this.examples).map((name) => [name, ""])) };
    if (path.startsWith("/file?")) {
      return { text: this.examples[new URLSearchParams(path.slice(6)).get("name")], mark: "" };
    }
    if (path === "/save") return this.download(body);
    if (!this.isReady) this.say("Python is starting…");
    const number = (this.number = (this.number ?? 0) + 1);
    return new Promise((resolve, reject) => {
      this.waiting_for.set(number, { resolve, reject });
      this.worker.postMessage({ number, ...body });
    });
  }

  download({ name, text }) {
    const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
    el("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    return { mark: "" };
  }
}

new Playground(document.getElementById("app"), JSON.parse(document.getElementById("data").textContent)).watch();
