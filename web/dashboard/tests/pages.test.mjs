// SPDX-License-Identifier: Apache-2.0
// The dashboard as people have it: a real station, real uplinks, a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { Station } from "./station.mjs";
import { budget, by_chirpstack, call, clip_piece, positions, soil, status } from "./uplinks.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hour = 3_600_000;
const eui = "0011223344556677";
const now = Math.floor(Date.now() / 60_000) * 60_000;
const day = new Date(new Date(now).setHours(0, 0, 0, 0)).getTime();

let station, browser;

before(async () => {
  station = await Station.start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const uplinks = [];
  let counter = 0;
  const heard = (one) => uplinks.push(by_chirpstack(one, ++counter, -100 - counter, 5 - counter / 10));
  // A walk of twelve hours towards the east, north of the maize.
  for (let i = 12; i >= 0; i--) heard(positions(eui, 12 - i, now - i * hour, -0.8 + i * 1e-3, 35.9 + (12 - i) * 0.01));
  heard(status(eui, 0, now - 2 * hour, 3600, 31));
  heard(call(eui, 1, now - hour, 2, 201, 37));
  for (const piece of [0, 2]) heard(clip_piece(eui, now - 0.5 * hour, 257, piece, 2));  // 257 is 1 and 256
  heard(budget(eui, 2, day - 24 * hour, [600, 480, 360]));
  heard(budget(eui, 3, day - 48 * hour, [500, 540, 400]));
  for (let i = 48; i >= 0; i -= 2) uplinks.push(soil("Orchard", 48 - i, now - i * hour, 0.15 - (48 - i) * 1e-3, 0.14, 21.5));
  await station.post(uplinks);
});

after(async () => {
  await browser?.close();
  await station?.stop();
});

// A page whose faults the test hears of: errors, breaches of the content policy, other hosts.
async function open(hash, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "UTC", ...options,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !/401/.test(message.text())) faults.push(message.text()); });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(station.base) && !url.startsWith("data:")) faults.push(`asked ${url}`);
  });
  await page.goto(`${station.base}/${hash}`);
  return { page, context, faults, close: async () => { await context.close(); assert.deepEqual(faults, []); } };
}

const settled = (page) => page.waitForSelector(".live.on");
const place_of = (page) => page.locator(".animal").first().boundingBox();

test("the map shows the animal, its track and the zone, and asks no other host", async () => {
  const { page, close } = await open("#/");
  await settled(page);
  await page.waitForSelector(".animal[title=Tembo]");
  await page.waitForSelector("path.track");
  await page.waitForSelector("path.zone-farm");
  assert.match(await page.locator(".devices").innerText(), /Tembo[^]*3\.6 V/);
  assert.match(await page.locator("aside .dim").first().innerText(), /2 devices/);
  await close();
});

test("countries that come when nobody looks at the map any more disturb nothing", async () => {
  const { page, close } = await open("#/alerts");
  let come;
  const asked = new Promise((done) => void page.route("**/countries-50m.json", (route) => { come = () => route.continue(); done(); }));
  await page.getByRole("link", { name: "Map" }).click();
  await asked;
  await page.getByRole("link", { name: "Alerts", exact: false }).first().click();
  await page.getByRole("heading", { name: "Alerts" }).waitFor();
  const came = page.waitForResponse("**/countries-50m.json");
  await come();
  await (await came).finished();
  await page.waitForTimeout(500);
  await page.getByLabel("Dark or light").click();
  await close();
});

test("the time slider takes the animal back along its track", async () => {
  const { page, close } = await open("#/");
  await settled(page);
  await page.waitForSelector("path.track");
  const here = await place_of(page);
  const slider = page.getByLabel("Moment");
  await slider.focus();
  await slider.press("Home");  // 24 hours ago, before the first fix
  await page.waitForFunction(() => document.querySelectorAll(".animal").length === 0);
  await slider.fill(String(-6 * 60));
  await page.waitForSelector(".animal");
  const there = await place_of(page);
  assert.ok(there.x < here.x - 20, `${there.x} is west of ${here.x}`);
  // Six of twelve hours at an even pace: half of the way.
  const track = await page.locator("path.track").boundingBox();
  assert.ok(Math.abs(track.x + track.width - (there.x + there.width / 2)) < 4);
  await close();
});

test("an alert comes by itself, is told, and is seen to by keyboard alone", async () => {
  const { page, close } = await open("#/alerts");
  await settled(page);
  const before = (await (await fetch(`${station.base}/api/v1/alerts`)).json()).alerts.length;
  await page.waitForFunction((n) => document.querySelectorAll(".alert").length === n, before);
  await station.post([status("Ndovu", 0, Date.now(), 3550, 72)]);
  await page.getByText("Ndovu has 72 °C").first().waitFor();
  assert.equal(await page.locator(".alert").count(), before + 1);
  assert.match(await page.getByRole("status").first().innerText(), /New alert: Ndovu has 72 °C/);
  // From the top of the page to its button by Tab, and Enter.
  const card = page.locator(".alert", { hasText: "Ndovu" });
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if (await card.locator("button.strong").evaluate((one) => one === document.activeElement).catch(() => false)) break;
  }
  await page.keyboard.press("Enter");
  await card.getByText("seen to by local").waitFor();
  const { alerts } = await (await fetch(`${station.base}/api/v1/alerts`)).json();
  assert.equal(alerts.find((one) => one.device === "Ndovu").state, "acknowledged");
  await close();
});

test("a device is on the page as soon as it is heard", async () => {
  const { page, close } = await open("#/");
  await settled(page);
  await station.post([positions("Newcomer", 0, Date.now(), -0.9, 36.1)]);
  await page.waitForSelector(".animal[title=Newcomer]");
  await page.locator(".devices", { hasText: "Newcomer" }).waitFor();
  await close();
});

test("the charts of a device have the station's numbers", async () => {
  const { page, close } = await open(`#/device/${eui}`);
  const labels = async () => page.locator(".chart canvas").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  await page.waitForSelector(".chart canvas");
  const said = (await labels()).join("\n");
  assert.match(said, /Activity: Activity 0 1,100; Activity 1 1,020; Activity 2 760/);
  assert.match(said, /Battery: Volts 3\.6 V/);
  assert.match(said, /Temperature: Temperature 31 °C/);
  assert.match(said, /Signal strength \(dBm\): Signal strength \(dBm\) -113 dBm/);
  await page.getByText("Call, class 2, score 201, 3.7 s").first().waitFor();
  await page.goto(`${station.base}/#/device/Orchard`);
  await page.getByText("Soil moisture").waitFor();
  assert.match((await labels()).join("\n"), /Soil moisture: 1 0\.102 m³\/m³; 2 0\.14 m³\/m³/);
  await close();
});

test("all messages of the time are asked for, however many", async () => {
  const { page, close } = await open("#/");
  await station.post(Array.from({ length: 1200 }, (_, i) => status("Talker", i % 256, now - (i + 1) * 60_000, 3600, 20)));
  const answers = [];
  page.on("response", (response) => { if (response.url().includes("/Talker/uplinks")) answers.push(response.json()); });
  await page.goto(`${station.base}/#/device/Talker`);
  await page.waitForSelector(".chart canvas");
  const ids = (await Promise.all(answers)).flatMap(({ uplinks }) => uplinks.map((one) => one.id));
  assert.equal(new Set(ids).size, 1200);
  await close();
});

test("a call's sound is heard, as far as it came", async () => {
  const { page, close } = await open(`#/device/${eui}`);
  const calls = page.getByRole("region", { name: "Calls heard" });
  await calls.getByText("Call, class 2, score 201, 3.7 s").waitFor();
  await calls.getByText("2 of 3 pieces of the sound came").waitFor();
  // 27 samples at 2 kHz; the page's policy lets it be played.
  const seconds = await calls.locator("audio").evaluate((audio) => new Promise((done, failed) => {
    audio.onloadedmetadata = () => done(audio.duration);
    audio.onerror = () => failed(new Error(audio.error.message));
    audio.load();
    void audio.play().catch(() => undefined);
  }));
  assert.ok(Math.abs(seconds - 27 / 2000) < 1e-3, `${seconds} s`);
  await close();
});

test("fields tell where water is due", async () => {
  const { page, close } = await open("#/fields");
  await page.getByRole("heading", { name: "Orchard" }).waitFor();
  const [field] = (await (await fetch(`${station.base}/api/v1/water`)).json()).fields;
  assert.match(await page.locator(".field").innerText(), new RegExp(`${field.missing_mm} mm`));
  assert.match(await page.locator(".field").getAttribute("class"), new RegExp(field.water));
  await close();
});

test("a zone is drawn by keyboard, saved, and alerts go by it", async () => {
  const { page, close } = await open("#/");
  await settled(page);
  await page.waitForSelector(".animal");
  await page.getByRole("button", { name: "Edit zones" }).press("Enter");
  await page.getByRole("button", { name: "Draw a zone" }).press("Enter");
  const corner = page.getByRole("button", { name: "Corner at the middle of the map" });
  for (const keys of [[], ["ArrowRight", "ArrowRight"], ["ArrowDown", "ArrowDown"]]) {
    await page.locator(".map").focus();
    for (const key of keys) { await page.keyboard.press(key); await page.waitForTimeout(350); }
    await corner.press("Enter");
  }
  await page.getByRole("button", { name: "Finish" }).press("Enter");
  await page.getByLabel("Name of the zone").fill("Beans <b>");
  await page.getByLabel("Kind").selectOption("risk");
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await page.getByText("Saved. Alerts go by these zones from now on.").waitFor();
  const kept = await (await fetch(`${station.base}/api/v1/zones`)).json();
  const drawn = kept.features.find((one) => one.properties.name === "Beans <b>");
  assert.equal(drawn.geometry.coordinates[0].length, 4);
  assert.equal(kept.features.length, 2);
  const [x, y] = [0, 1].map((k) => drawn.geometry.coordinates[0].slice(0, 3).reduce((sum, one) => sum + one[k], 0) / 3);
  await station.post([positions("Walker", 0, Date.now(), y, x)]);
  await page.goto(`${station.base}/#/alerts`);
  await page.getByText("Walker is in Beans <b>").first().waitFor();
  await close();
});

for (const [code, title] of [["es", "Alertas"], ["fr", "Alertes"], ["pt", "Alertas"], ["sw", "Tahadhari"], ["ar", "التنبيهات"]]) {
  test(`it speaks ${code}`, async () => {
    const { page, close } = await open("#/alerts", { locale: code });
    await page.getByRole("heading", { name: title, exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dir), code === "ar" ? "rtl" : "ltr");
    if (code === "ar") {
      const first = await page.locator("nav a").first().boundingBox();
      assert.ok(first.x > 640, "what is first stands on the right");
    }
    await close();
  });
}

test("the chosen language and theme are kept", async () => {
  const { page, close } = await open("#/");
  await settled(page);
  await page.getByLabel("Language").selectOption("fr");
  await page.getByLabel("Sombre ou clair").click();
  await page.reload();
  await page.getByRole("link", { name: "Carte" }).waitFor();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await close();
});

for (const hash of ["#/", "#/alerts", "#/fields", `#/device/${eui}`]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing against WCAG AA on ${hash} (${colorScheme})`, async () => {
      const { page, close } = await open(hash, { colorScheme });
      await settled(page);
      await page.waitForTimeout(500);
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
      assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`), []);
      await close();
    });
  }
  test(`a phone of 360 pixels shows ${hash} without scrolling sideways`, async () => {
    const { page, close } = await open(hash, { viewport: { width: 360, height: 740 } });
    await settled(page);
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await close();
  });
}

// The last: from here on the station asks for names.
test("people log in, a ranger may not change zones, a guest sees yesterday alone", async () => {
  for (const role of ["ranger", "guest"]) station.add_account(role, role, `${role} of the park`);
  const { page, context, close } = await open("#/alerts");
  await page.getByLabel("Name").fill("ranger");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Name or password is wrong.").waitFor();
  await page.getByLabel("Password").fill("ranger of the park");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Alerts" }).waitFor();
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ["sengi_session", true, "Strict"]);
  await page.goto(`${station.base}/#/`);
  await page.waitForSelector(".animal");
  assert.equal(await page.getByRole("button", { name: "Edit zones" }).count(), 0);

  // A form of another site has the cookie at most, and not the header.
  const ask = (method, path, headers) => page.evaluate(async ([method, path, headers]) =>
    (await fetch(path, { method, headers, body: method === "PUT" ? "{}" : undefined })).status, [method, path, headers]);
  assert.equal(await ask("DELETE", "api/v1/sessions", {}), 401);
  assert.equal(await ask("PUT", "api/v1/zones", { "X-Requested-With": "sengi" }), 403);

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByLabel("Name").fill("guest");
  await page.getByLabel("Password").fill("guest of the park");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("You see positions of yesterday and before").waitFor();
  assert.equal(await page.getByRole("link", { name: "Alerts" }).count(), 0);
  assert.deepEqual(await page.locator(".animal").evaluateAll((all) => all.map((one) => one.title)), []);  // all that was heard is of today
  await context.close();
  void close;
});
