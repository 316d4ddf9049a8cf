// Runs commands: asked by messages, one at a time.

import { start } from "./python.mjs";

const bridge = start().then((python) => python.pyimport("bridge"));

async function hear({ data }) {
  try {
    const { run, example } = await bridge;
    if (data.kind === "example") {
      postMessage({ kind: "example", name: data.name, text: example(data.name) });
      return;
    }
    const from = performance.now();
    const answer = JSON.parse(run(data.command, data.model, data.options, data.text));
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
