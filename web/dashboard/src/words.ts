// The language of the page: its words, plurals, numbers and times.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ar } from "./words/ar";
import { en } from "./words/en";
import { es } from "./words/es";
import { fr } from "./words/fr";
import { pt } from "./words/pt";
import { sw } from "./words/sw";

const all: Record<string, Record<string, string>> = { en, es, fr, pt, sw, ar };
export const languages: Record<string, string> = {
  en: "English", es: "Español", fr: "Français", pt: "Português", sw: "Kiswahili", ar: "العربية",
};
export type Key = keyof typeof en;
type Values = Record<string, string | number>;

export class Language {
  readonly direction: "ltr" | "rtl";
  private readonly plural: Intl.PluralRules;

  constructor(readonly code: string) {
    this.direction = code === "ar" ? "rtl" : "ltr";
    this.plural = new Intl.PluralRules(code);
  }

  t(key: Key, values: Values = {}): string { return this.fill(all[this.code][key], values); }

  // A word that names something of the station's, which may have none here.
  maybe(key: string, otherwise: string): string { return all[this.code][key] ?? otherwise; }

  count(key: string, n: number): string {
    const words = all[this.code];
    const text = words[`${key}_${this.plural.select(n)}`] ?? words[`${key}_other`];
    return this.fill(text, { n: this.number(n) });
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.code, { maximumFractionDigits: digits }).format(value);
  }

  percent(share: number): string {
    return new Intl.NumberFormat(this.code, { style: "percent", maximumFractionDigits: 1 }).format(share);
  }

  distance(metres: number): string {
    const far = metres >= 1000;
    return new Intl.NumberFormat(this.code, {
      style: "unit", unit: far ? "kilometer" : "meter", maximumFractionDigits: far ? 1 : 0,
    }).format(far ? metres / 1000 : metres);
  }

  when(time: string | Date): string {
    return new Intl.DateTimeFormat(this.code, {
      day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    }).format(new Date(time));
  }

  day(time: string | Date): string {
    return new Intl.DateTimeFormat(this.code, { day: "numeric", month: "short" }).format(new Date(time));
  }

  ago(time: string): string {
    const seconds = (new Date(time).getTime() - Date.now()) / 1000;
    const format = new Intl.RelativeTimeFormat(this.code, { numeric: "auto" });
    for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]] as const) {
      if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
    }
    return format.format(0, "minute");
  }

  private fill(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }
}

export function chosen_language(): string {
  const kept = localStorage.getItem("language");
  const wanted = [kept, ...navigator.languages].filter((code): code is string => code !== null);
  return wanted.map((code) => code.slice(0, 2)).find((code) => code in all) ?? "en";
}

export const LanguageContext = createContext(new Language("en"));
export const useLanguage = () => useContext(LanguageContext);
