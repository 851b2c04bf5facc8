// What the station tells by itself: server-sent events, which browsers reconnect.

export interface Told {
  heard: (devices: string[], more: boolean) => void;  // from whom something new is there
  alerts: () => void;                                 // some are raised, seen to or over
  connected: (yes: boolean) => void;
}

export function listen(told: Told): () => void {
  const source = new EventSource("api/v1/live");
  source.onopen = () => told.connected(true);
  source.onerror = () => told.connected(false);
  source.addEventListener("heard", (event) => {
    const said = JSON.parse((event as MessageEvent<string>).data);
    told.heard(said.devices, said.more);
  });
  source.addEventListener("alerts", () => told.alerts());
  return () => source.close();
}
