// What the page knows of the station, kept up to date by what it tells live.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Alert, api, type Device, Fault, type Zones } from "./api";
import { listen } from "./live";

export interface Station {
  devices: Map<string, Device>;
  alerts: Alert[];        // active
  zones: Zones | null;    // null: this station has none to give
  loaded: boolean;
  fault: Fault | null;
  live: boolean;
  fresh: Alert | null;    // the newest that came while somebody looked
  heard: number;          // grows with each device heard
  refresh: () => void;
  set_zones: (zones: Zones) => void;
}

const retry_ms = 5000;

export function useStation(): Station {
  const [devices, setDevices] = useState(new Map<string, Device>());
  const [alerts, setAlerts] = useState<Alert[]>([]);
  const [zones, set_zones] = useState<Zones | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [live, setLive] = useState(false);
  const [fresh, setFresh] = useState<Alert | null>(null);
  const [heard, setHeard] = useState(0);
  const [asked, setAsked] = useState(0);
  const known = useRef<Set<number> | null>(null);

  const take_alerts = async () => {
    const now = await api.alerts(false);
    if (known.current !== null) {
      const before = known.current;
      const fresh_ones = now.filter((alert) => !before.has(alert.id));
      if (fresh_ones.length) setFresh(fresh_ones[fresh_ones.length - 1]);
    }
    known.current = new Set(now.map((alert) => alert.id));
    setAlerts(now.reverse());
  };

  useEffect(() => {
    let gone = false;
    const load = async () => {
      try {
        const found = await api.devices();
        await take_alerts().catch(forbidden);
        const zones = await api.zones().catch(() => null);
        if (gone) return;
        setDevices(new Map(found.map((one) => [one.device, one])));
        set_zones(zones);
        setFault(null);
        setLoaded(true);
      } catch (error) {
        if (gone) return;
        setFault(error as Fault);
        setTimeout(() => { if (!gone) setAsked((n) => n + 1); }, retry_ms);
      }
    };
    void load();
    return () => { gone = true; };
  }, [asked]);

  useEffect(() => listen({
    connected: (yes) => {
      setLive(yes);
      if (yes) setAsked((n) => n + 1);  // what was missed
    },
    alerts: () => { void take_alerts().catch(() => undefined); },
    heard: async (names, more) => {
      if (more) { setAsked((n) => n + 1); return; }
      const found = await Promise.all(names.map((one) => api.device(one).catch(() => null)));
      setDevices((before) => {
        const now = new Map(before);
        for (const one of found) if (one) now.set(one.device, one);
        return now;
      });
      setHeard((n) => n + 1);
    },
  }), []);

  return { devices, alerts, zones, loaded, fault, live, fresh, heard, set_zones,
           refresh: () => setAsked((n) => n + 1) };
}

// A guest sees no alerts; that is no fault.
function forbidden(error: unknown) {
  if (!(error instanceof Fault) || error.status !== 403) throw error;
}
