// What the station is asked, and what it says; src/station/openapi.json is the contract.

export type Role = "admin" | "ranger" | "researcher" | "guest" | "ingest";
export interface Me { name: string; role: Role; asks_names: boolean }

export interface Position { time: string; latitude: number; longitude: number }
export interface Device {
  device: string; name: string; network?: string; first_heard?: string; last_heard?: string;
  battery_mv?: number | null; position: Position | null;
}
export interface Alert {
  id: number; device: string; name: string; kind: string; subject: string;
  severity: "notice" | "warning" | "critical"; state: "open" | "acknowledged" | "cleared";
  level: number; detail: Record<string, unknown>; raised: string; acknowledged: string | null;
  acknowledged_by: string | null; cleared: string | null; last_heard: string; unheard_s: number;
}
export interface Uplink {
  id: number; time: string; heard: string | null; arrived: string; port: number; payload: string;
  says: Record<string, unknown> | null; marks: string[]; rssi_dbm: number | null;
  snr_db: number | null; gateways: number; copies: number;
}
export interface Reading {
  time: string; quantity: string; sensor: number; value: number | null; unit: string; fault: string;
}
export interface FieldWater {
  device: string; name: string; time: string; sensors: number; water: "enough" | "soon" | "due";
  moisture: number; missing_mm: number; readily_mm: number; give_mm: number;
  days_left: number | null;
}
export type Zones = GeoJSON.FeatureCollection<GeoJSON.Geometry, { name?: string; kind?: string }> &
  { version?: number };

export class Fault extends Error {
  constructor(readonly status: number, title: string, readonly detail: string) { super(title); }
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    // The header cannot come from another site's form, nor from its script without our leave.
    response = await fetch(`api/v1/${path}`, {
      ...init, headers: { "X-Requested-With": "sengi", ...init.headers },
    });
  } catch {
    throw new Fault(0, "unreachable", "");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Fault(response.status, said.title ?? response.statusText, said.detail ?? "");
}

async function get<T>(path: string): Promise<T> { return (await ask(path)).json(); }

const page = 1000;
const of = (device: string) => `devices/${encodeURIComponent(device)}`;

// All of a device's entries from a moment on, page by page; each page begins at the last time.
async function all<T extends { time: string }>(path: string, key: string, from: Date,
                                               most: number): Promise<T[]> {
  const found: T[] = [];
  let start = from.toISOString();
  while (found.length < most) {
    const got = (await get<Record<string, T[]>>(`${path}?limit=${page}&from=${start}`))[key];
    const seen = new Set(found.slice(-page).map((one) => JSON.stringify(one)));
    const fresh = got.filter((one) => !seen.has(JSON.stringify(one)));
    found.push(...fresh);
    if (got.length < page || fresh.length === 0) break;
    start = got[got.length - 1].time;
  }
  return found;
}

export const api = {
  me: () => get<Me>("me"),
  login: (name: string, password: string) =>
    ask("sessions?cookie=1", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, password }),
    }),
  logout: () => ask("sessions", { method: "DELETE" }),
  async devices(): Promise<Device[]> {
    const found: Device[] = [];
    for (;;) {
      const after = found.length ? `&after=${encodeURIComponent(found[found.length - 1].device)}` : "";
      const got = (await get<{ devices: Device[] }>(`devices?limit=${page}${after}`)).devices;
      found.push(...got);
      if (got.length < page) return found;
    }
  },
  device: (device: string) => get<Device>(of(device)),
  positions: (device: string, from: Date) =>
    all<Position>(`${of(device)}/positions`, "positions", from, 20_000),
  // Newest first.
  uplinks: async (device: string, from: Date): Promise<Uplink[]> =>
    (await get<{ uplinks: Uplink[] }>(
      `${of(device)}/uplinks?limit=${page}&from=${from.toISOString()}`)).uplinks,
  readings: (device: string, from: Date) =>
    all<Reading>(`${of(device)}/readings`, "readings", from, 20_000),
  alerts: async (every: boolean): Promise<Alert[]> =>
    (await get<{ alerts: Alert[] }>(`alerts?limit=${page}${every ? "&state=all" : ""}`)).alerts,
  acknowledge: (alert: number) => ask(`alerts/${alert}/acknowledge`, { method: "POST" }),
  water: async (): Promise<FieldWater[]> => (await get<{ fields: FieldWater[] }>("water")).fields,
  zones: () => get<Zones>("zones"),
  putZones: (zones: Zones) =>
    ask("zones", {
      method: "PUT",
      headers: { "Content-Type": "application/geo+json", "If-Match": `"${zones.version ?? 0}"` },
      body: JSON.stringify(zones),
    }),
};
