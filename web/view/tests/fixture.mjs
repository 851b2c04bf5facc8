// SPDX-License-Identifier: Apache-2.0
// What the tests stand on: the program, what it is shown, and a browser.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = createRequire(import.meta.url);

// These run in the build folder, where cmake copies them (cmake/web.cmake).
export const sengi = process.env.SENGI ?? join(here, "../../../sengi");
const maker = join(dirname(sengi), "tests", "view_fixture");
const environment = (folder) => ({ ...process.env, XDG_CACHE_HOME: join(folder, "cache") });

let made;
export function fixture() {
  if (made) return made;
  made = mkdtempSync(join(tmpdir(), "sengi-view-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  execFileSync(maker, [made]);
  // The scores as a shared page has them.
  const page = join(made, "shared.html");
  execFileSync(sengi, ["view", join(made, "shore.wav"), "--project", join(made, "birds"), "--export", page], { env: environment(made), stdio: "ignore" });
  const all = embedded(page);
  const scores = [...Buffer.from(all.scores[0], "base64")];
  writeFileSync(join(made, "scores.json"), JSON.stringify({ model: all.state.models[0], scores }));
  return made;
}

export function embedded(page) {
  const text = readFileSync(page, "utf8");
  const begin = text.indexOf('id="shown">') + 'id="shown">'.length;
  return JSON.parse(text.slice(begin, text.indexOf("</script>", begin)));
}

let bundled;
export async function logic() {
  if (bundled) return bundled;
  const out = join(fixture(), "logic.mjs");
  await modules("esbuild").build({ entryPoints: [join(here, "logic.ts")], bundle: true, format: "esm", outfile: out, logLevel: "error" });
  bundled = await import(pathToFileURL(out));
  return bundled;
}

// A copy of the fixture, for a test that changes it.
export function own() {
  const folder = mkdtempSync(join(tmpdir(), "sengi-view-"));
  cpSync(fixture(), folder, { recursive: true });
  return folder;
}

// The program with these words; resolves with its address, and what ends it.
export function view(folder, words) {
  const program = spawn(sengi, ["view", ...words, "--no-open"], { cwd: folder, env: environment(folder), stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.on("exit", (code) => reject(new Error(`sengi view ended with ${code}`)));
    program.stdout.once("data", (text) => {
      const end = () => new Promise((done) => {
        program.removeAllListeners("exit");
        program.on("exit", done);
        program.kill("SIGINT");
      });
      resolve({ address: String(text).trim(), end });
    });
  });
}

const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const chromium = existsSync(program) ? program : null;

export async function browser() {
  const { chromium: engine } = modules("playwright-core");
  return engine.launch({
    executablePath: chromium,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
  });
}

export const axe = () => readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
