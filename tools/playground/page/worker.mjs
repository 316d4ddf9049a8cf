// Python with cnncalc in it; it is asked by messages, one at a time.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL("./", import.meta.url);

async function start() {
  const packages = fetch(new URL("packages.zip", here)).then((found) => {
    if (!found.ok) throw new Error(`packages.zip: ${found.status}`);
    return found.arrayBuffer();
  });
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  python.unpackArchive(await packages, "zip", { extractDir: python.runPython("import site; site.getsitepackages()[0]") });
  python.runPython("import importlib; importlib.invalidate_caches()");
  return python.pyimport("bridge");
}

const bridge = start();

async function hear({ data }) {
  try {
    const { run, example } = await bridge;
    if (data.kind === "example") {
      postMessage({ kind: "example", name: data.name, text: example(data.name) });
      return;
    }
    const from = performance.now();
    const answer = JSON.parse(run(data.command, data.options, data.text));
    postMessage({ kind: "answer", number: data.number, answer, seconds: (performance.now() - from) / 1000 });
  } catch (error) {
    postMessage({ kind: "failed", problem: `${error.message ?? error}` });
  }
}

addEventListener("message", hear);

bridge.then(
  () => postMessage({ kind: "ready", seconds: performance.now() / 1000 }),
  (error) => postMessage({ kind: "failed", problem: `Python did not start: ${error.message ?? error}` }),
);
