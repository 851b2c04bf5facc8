// SPDX-License-Identifier: Apache-2.0
// Pictures of the page, to look at: node shots.mjs FOLDER
import { mkdirSync } from "node:fs";
import { browser, fixture, view } from "./fixture.mjs";

const to = process.argv[2];
mkdirSync(to, { recursive: true });
const folder = fixture();
const words = ["shore.wav", "--project", "birds", "--labels", "shore.txt", "--transcript", "said.json"];
const one = await view(folder, words);
const two = await view(folder, [...words, "--compare", "birds_small"]);
const engine = await browser();
const looks = [
  ["desktop", one, { width: 1440, height: 960 }, "light", "en"],
  ["dark", two, { width: 1440, height: 960 }, "dark", "en"],
  ["arabic", one, { width: 1280, height: 900 }, "light", "ar"],
  ["phone", one, { width: 360, height: 760 }, "light", "fr"],
  ["near", one, { width: 1440, height: 900 }, "dark", "en", "#/near"],
];
for (const [name, { address }, viewport, colorScheme, language, near] of looks) {
  const context = await engine.newContext({ viewport, colorScheme, locale: language });
  const page = await context.newPage();
  page.on("console", (m) => console.log(name, m.text()));
  page.on("pageerror", (m) => console.log(name, m.message));
  await page.goto(address);
  await page.waitForSelector("#timeline");
  await page.waitForTimeout(2500);
  if (name !== "phone") for (let i = 0; i < 3; ++i) await page.keyboard.press("j");
  if (near) for (let i = 0; i < 6; ++i) await page.keyboard.press("+");
  await page.waitForTimeout(900);
  await page.screenshot({ path: `${to}/${name}.png`, fullPage: name !== "dark" });
  if (name === "desktop") {
    await page.keyboard.press("?");
    await page.waitForTimeout(200);
    await page.screenshot({ path: `${to}/keys.png` });
  }
  await context.close();
}
await engine.close();
await one.end();
await two.end();
