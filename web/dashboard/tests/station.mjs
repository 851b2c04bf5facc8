// A real station, of the program that is built, in a folder of its own.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sengi = process.env.SENGI;

export const zones = {
  type: "FeatureCollection",
  features: [{
    type: "Feature", id: 1, properties: { name: "Maize", kind: "farm" },
    geometry: { type: "Polygon", coordinates: [[[36.0, -1.0], [36.05, -1.0], [36.05, -0.95], [36.0, -0.95], [36.0, -1.0]]] },
  }],
};

export class Station {
  static async start() {
    const station = new Station();
    station.folder = mkdtempSync(join(tmpdir(), "sengi-dashboard-"));
    writeFileSync(join(station.folder, "zones.geojson"), JSON.stringify(zones));
    writeFileSync(join(station.folder, "station.toml"), `
[zones]
file = "zones.geojson"
[temperature]
high_c = 60
[irrigation]
sensors = ["soil_moisture.0", "soil_moisture.1"]
field_capacity = 0.20
wilting_point = 0.08
root_m = 0.3
[telling]
quiet_from = "00:00"
quiet_to = "00:00"
`);
    await station.run();
    return station;
  }

  // What the station says when it listens holds its address.
  run() {
    this.child = spawn(sengi, ["station", "--folder", join(this.folder, "kept"), "--port", "0",
                               "--settings", join(this.folder, "station.toml")]);
    let said = "";
    return new Promise((done, failed) => {
      const read = (chunk) => {
        said += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
        if (found) { this.base = found[0]; done(); }
      };
      this.child.stdout.on("data", read);
      this.child.stderr.on("data", read);
      this.child.on("exit", (code) => failed(new Error(`the station ended with ${code}: ${said}`)));
    });
  }

  // Accounts of people; with the first the station asks for names.
  add_account(name, role, password) {
    const made = spawnSync(sengi, ["station", "--folder", join(this.folder, "kept"), "account", "add", name, "--role", role],
                           { input: `${password}\n${password}\n`, encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
  }

  async post(uplinks, token) {
    const response = await fetch(`${this.base}/api/v1/uplinks`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson", ...(token && { Authorization: `Bearer ${token}` }) },
      body: uplinks.map((one) => JSON.stringify(one)).join("\n"),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  async stop() {
    const over = new Promise((done) => this.child.on("close", done));
    this.child.removeAllListeners("exit");
    this.child.kill("SIGTERM");
    await over;
    rmSync(this.folder, { recursive: true });
  }
}
