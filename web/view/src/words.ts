// SPDX-License-Identifier: Apache-2.0
// What the page says, in every language that it speaks. English is the measure of which words there
// are; the compiler holds the others to it.
import { english, type Words } from "./words_en";
import { spanish, french, portuguese } from "./words_romance";
import { swahili, arabic } from "./words_others";

export type Language = "en" | "es" | "fr" | "pt" | "sw" | "ar";

export const languages: Record<Language, { name: string; words: Words; rtl?: boolean }> = {
  en: { name: "English", words: english },
  es: { name: "Español", words: spanish },
  fr: { name: "Français", words: french },
  pt: { name: "Português", words: portuguese },
  sw: { name: "Kiswahili", words: swahili },
  ar: { name: "العربية", words: arabic, rtl: true },
};

const isLanguage = (code: string): code is Language => code in languages;

// What was chosen before, else the first of the browser's that there is.
export function usualLanguage(): Language {
  const kept = remembered("language");
  if (kept && isLanguage(kept)) return kept;
  for (const one of navigator.languages) {
    const code = one.slice(0, 2).toLowerCase();
    if (isLanguage(code)) return code;
  }
  return "en";
}

// A page in a file may have nowhere to remember things.
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`sengi-view-${key}`);
  } catch {
    return null;
  }
}
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`sengi-view-${key}`, value);
  } catch {
    // Asked again next time.
  }
}

export type { Words };
