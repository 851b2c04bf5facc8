// All of one device.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, type Device, type Fault, type Reading, type Uplink } from "./api";
import { type Bars, Lines, type Series, StackedBars } from "./charts";
import { name_of, said_by_uplink } from "./sayings";
import type { Station } from "./store";
import { type Language, useLanguage } from "./words";

const day_ms = 86_400_000;
const spans_days = [1, 7, 30, 90];

interface Seen { device: Device; uplinks: Uplink[]; readings: Reading[] }

const time_of = (uplink: Uplink) => new Date(uplink.time).getTime();
const of_kind = (uplinks: Uplink[], message: string) => uplinks.filter((one) => one.says?.message === message);
const is_number = (value: unknown): value is number => typeof value === "number";

// A member of what uplinks say, over time, oldest first.
function line(uplinks: Uplink[], name: string, value: (uplink: Uplink) => unknown): Series[] {
  const points = uplinks.map((one) => ({ x: time_of(one), y: value(one) }))
    .filter((point): point is { x: number; y: number } => is_number(point.y)).reverse();
  return points.length ? [{ name, points }] : [];
}

// Minutes by day and class, from the budgets that a device sends once a day.
function activity(uplinks: Uplink[], language: Language): Bars | null {
  const budgets = of_kind(uplinks, "budget").reverse();
  if (budgets.length === 0) return null;
  const classes = new Set<number>();
  for (const { says } of budgets) {
    (says!.minutes as number[]).forEach((_, i) => classes.add(Number(says!.first_class) + i));
  }
  const days = [...new Set(budgets.map((one) => one.time))];
  return {
    days,
    parts: [...classes].sort((a, b) => a - b).map((cls) => ({
      name: language.t("activity_class", { n: cls }),
      values: days.map((day) => budgets.filter((one) => one.time === day)
        .reduce((sum, { says }) => sum + ((says!.minutes as number[])[cls - Number(says!.first_class)] ?? 0), 0)),
    })),
  };
}

function sensors(readings: Reading[], language: Language) {
  const quantities = new Map<string, { unit: string; series: Map<number, Series> }>();
  for (const one of readings) {
    const quantity = quantities.get(one.quantity) ?? { unit: one.unit, series: new Map<number, Series>() };
    quantities.set(one.quantity, quantity);
    const series = quantity.series.get(one.sensor) ?? { name: language.number(one.sensor + 1), points: [] };
    quantity.series.set(one.sensor, series);
    // What a sensor cannot have read is a gap, not a number.
    series.points.push({ x: new Date(one.time).getTime(), y: one.fault === "" ? one.value : null });
  }
  return [...quantities].map(([name, { unit, series }]) =>
    ({ name: language.maybe(name, name), unit: written[unit] ?? unit, series: [...series.values()] }));
}

const written: Record<string, string> = { "C": "°C", "m3/m3": "m³/m³", "W/m2": "W/m²" };

export function DevicePage(props: { device: string; station: Station; theme: string; choose: (device: string) => void }) {
  const language = useLanguage();
  const [days, setDays] = useState(7);
  const [seen, setSeen] = useState<Seen | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const latest = props.station.devices.get(props.device)?.last_heard;
  useEffect(() => {
    let gone = false;
    const from = new Date(Date.now() - days * day_ms);
    Promise.all([api.device(props.device), api.uplinks(props.device, from).catch(() => []),
                 api.readings(props.device, from).catch(() => [])])
      .then(([device, uplinks, readings]) => { if (!gone) { setSeen({ device, uplinks, readings }); setFault(null); } })
      .catch((error: Fault) => { if (!gone) setFault(error); });
    return () => { gone = true; };
  }, [props.device, days, latest]);

  const charts = useMemo(() => seen && ({
    battery: line(seen.uplinks, language.t("volts"), ({ says }) => is_number(says?.battery_mv) ? says.battery_mv / 1000 : null),
    signal: line(seen.uplinks, language.t("signal"), (one) => one.rssi_dbm),
    noise: line(seen.uplinks, language.t("noise"), (one) => one.snr_db),
    warmth: line(of_kind(seen.uplinks, "status"), language.t("temperature"), ({ says }) => says?.temperature_c),
    activity: activity(seen.uplinks, language),
    sensors: sensors(seen.readings, language),
  }), [seen, language]);

  if (fault) return <div class="page"><p class="fault" role="alert">{fault.status === 404 ? language.t("no_such_device") : language.t("unreachable")}</p><a href="#/">{language.t("back")}</a></div>;
  if (!seen || !charts) return <div class="page" aria-busy="true" />;
  const { device, uplinks } = seen;
  const status = of_kind(uplinks, "status")[0]?.says;
  const events = of_kind(uplinks, "event");
  const facts: [string, string][] = [];
  if (device.battery_mv != null) facts.push([language.t("battery"), `${language.number(device.battery_mv / 1000, 2)} V`]);
  for (const [key, member] of [["firmware", "firmware"], ["model", "model_version"], ["zones", "zones_version"], ["settings", "settings_version"], ["waiting", "waiting"], ["lost", "lost"], ["boots", "boots"]] as const) {
    if (status?.[member] !== undefined) facts.push([language.t(key), String(status[member])]);
  }
  return (
    <div class="page device">
      <h1>{name_of(device)}</h1>
      <p class="dim">{device.device} · {device.last_heard ? language.t("last_heard", { when: language.ago(device.last_heard) }) : language.t("no_position")}
        {device.position && <> · <button class="link" onClick={() => props.choose(device.device)}>{device.position.latitude.toFixed(5)}, {device.position.longitude.toFixed(5)}</button></>}</p>
      <dl class="facts">{facts.map(([name, value]) => <div><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <label class="span">{language.t("span")}
        <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {spans_days.map((n) => <option value={n}>{language.count("days_n", n)}</option>)}
        </select>
      </label>
      <div class="charts">
        {charts.activity && <StackedBars title={language.t("activity")} unit={language.t("minutes_a_day")} bars={charts.activity} theme={props.theme} />}
        {charts.sensors.map((one) => <Lines title={one.name} unit={one.unit} series={one.series} theme={props.theme} />)}
        {charts.battery.length > 0 && <Lines title={language.t("battery")} unit="V" series={charts.battery} theme={props.theme} />}
        {charts.warmth.length > 0 && <Lines title={language.t("temperature")} unit="°C" series={charts.warmth} theme={props.theme} />}
        {charts.signal.length > 0 && <Lines title={language.t("signal")} unit="dBm" series={charts.signal} theme={props.theme} />}
        {charts.noise.length > 0 && <Lines title={language.t("noise")} unit="dB" series={charts.noise} theme={props.theme} />}
      </div>
      <h2>{language.t("events")}</h2>
      <Messages uplinks={events.slice(0, 50)} />
      <h2>{language.t("messages")}</h2>
      <Messages uplinks={uplinks.slice(0, 50)} />
    </div>
  );
}

function Messages(props: { uplinks: Uplink[] }) {
  const language = useLanguage();
  if (props.uplinks.length === 0) return <p class="empty">{language.t("nothing_here")}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={language.t("messages")}>
      <table>
        <thead><tr><th>{language.t("time")}</th><th>{language.t("message")}</th><th>{language.t("what")}</th><th>{language.t("marks")}</th></tr></thead>
        <tbody>
          {props.uplinks.map((one) => (
            <tr key={one.id}>
              <td>{language.when(one.time)}</td>
              <td>{String(one.says?.kind ?? one.says?.message ?? one.port)}</td>
              <td class="says" dir="ltr">{said_by_uplink(one, language)}</td>
              <td>{one.marks.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
