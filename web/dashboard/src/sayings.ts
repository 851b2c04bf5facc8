// SPDX-License-Identifier: Apache-2.0
// What the station tells, in words.
import type { Alert, Uplink } from "./api";
import type { Language } from "./words";

const number = (value: unknown) => (typeof value === "number" ? value : Number(value ?? NaN));
export const name_of = (one: { device: string; name: string }) => one.name || one.device;

export function said_by_alert(alert: Alert, language: Language): string {
  const who = name_of(alert);
  const detail = alert.detail;
  const zone = String(detail.zone ?? alert.subject);
  switch (alert.kind) {
    case "zone_inside": return language.t("zone_inside", { who, zone });
    case "zone_approach":
      return detail.minutes_to_entry !== undefined
        ? language.t("zone_heading", { who, zone, minutes: language.number(number(detail.minutes_to_entry)) })
        : language.t("zone_approach", { who, zone, distance: language.distance(number(detail.distance_m)) });
    case "still": return language.t("still", { who, hours: language.number(number(detail.still_min) / 60) });
    case "silent": return language.t("silent", { who });
    case "battery": return language.t("battery_low", { who, volts: language.number(number(detail.battery_mv) / 1000, 2) });
    case "temperature": return language.t("temperature_alert", { who, celsius: language.number(number(detail.temperature_c), 1) });
    case "moisture": return language.t("moisture_alert", { who, percent: language.percent(number(detail.moisture)) });
    case "water": return language.t("water_alert", { who, mm: language.number(number(detail.give_mm)) });
    case "sensor": return language.t("sensor_alert", { who, sensor: alert.subject });
    case "call": return language.t("call_alert", { who, n: alert.subject, score: language.number(number(detail.score)) });
    case "drift": return language.t("drift_alert", { who, what: alert.subject });
    default: return language.t("other_alert", { who, kind: alert.kind });
  }
}

// What an uplink says, in a line: its own members but for those that stand elsewhere.
export function said_by_uplink(uplink: Uplink, language: Language): string {
  const says = uplink.says;
  if (says === null) return uplink.payload;
  if (says.message === "event" && says.kind === "call") {
    return language.t("call", {
      n: number(says.call_class), score: number(says.score), seconds: language.number(number(says.duration_s), 1),
    });
  }
  const left_out = new Set(["message", "kind", "sequence", "clock_set", "time"]);
  return Object.entries(says)
    .filter(([key]) => !left_out.has(key))
    .map(([key, value]) => (Array.isArray(value) ? `${key} ${value.length}` : `${key} ${String(value)}`))
    .join(", ");
}
