// Measures the playground in a browser: node measure.mjs PACKAGES BROWSER ADDRESS TIMES, figures as JSON.
//
// PACKAGES is the folder with playwright-core.

import { createRequire } from "node:module";

const [packages, program, address, times] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

// A policy without `unsafe-eval` forbids page.waitForFunction.
async function until(page, script) {
  for (let waited = 0; waited < 120000; waited += 20) {
    if (await page.evaluate(script)) return;
    await page.waitForTimeout(20);
  }
  throw new Error(`never: ${script}`);
}

async function seconds(page, act) {
  const before = await page.evaluate("document.body.dataset.shown ?? ''");
  await act();
  await until(page, `(document.body.dataset.shown ?? '') !== '${before}' && document.getElementById('state').textContent.endsWith(' s')`);
  return Number((await page.innerText("#state")).split(" ")[0]);
}

const found = { first: [], again: [], shapes: [], check: [], fields: [] };
for (let time = 0; time < Number(times); time += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const kind of ["first", "again"]) {
    await page.goto(address);
    await until(page, "'shown' in document.body.dataset");
    found[kind].push(await page.evaluate("performance.now() / 1000"));
  }
  await seconds(page, () => page.selectOption("#example", "resnet50"));
  found.shapes.push(await seconds(page, () => page.click("#run")));
  found.check.push(await seconds(page, () => page.selectOption("#command", "check")));
  found.fields.push(await seconds(page, () => page.selectOption("#command", "receptive-field")));
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(found));
