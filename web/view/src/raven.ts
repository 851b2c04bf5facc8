// SPDX-License-Identifier: Apache-2.0
import type { Label } from "./types";

const cell = (text: string) => text.replace(/[\t\r\n]/g, " ");

// A selection table of Raven, for a page in a file, which has no program to write one.
export function toRaven(labels: readonly Label[]): string {
  const header = "Selection\tView\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tAnnotation\n";
  return labels.reduce(
    (text, l, i) =>
      text +
      [i + 1, "Spectrogram 1", l.start_s.toFixed(6), l.end_s.toFixed(6), l.low_hz ?? "", l.high_hz ?? "", cell(l.label)].join("\t") +
      "\n",
    header,
  );
}
