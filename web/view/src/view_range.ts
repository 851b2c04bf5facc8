// SPDX-License-Identifier: Apache-2.0
// The stretch of time that is on the screen.

export interface Range {
  from: number; // seconds
  to: number;
}

const shortest_s = 0.001;

// Inside of the recording, not shorter than a millisecond.
export function held(range: Range, length: number): Range {
  const span = Math.min(Math.max(range.to - range.from, Math.min(shortest_s, length)), length);
  const from = Math.min(Math.max(range.from, 0), length - span);
  return { from, to: from + span };
}

// By a factor, around a moment that stays where it is; below 1 nearer.
export function zoomed(range: Range, factor: number, around: number, length: number): Range {
  const span = Math.min(Math.max((range.to - range.from) * factor, shortest_s), length);
  const share = (around - range.from) / (range.to - range.from || 1);
  const from = around - share * span;
  return held({ from, to: from + span }, length);
}

export function moved(range: Range, by: number, length: number): Range {
  return held({ from: range.from + by, to: range.to + by }, length);
}

// So that a moment is in it.
export function holding(range: Range, moment: number, length: number): Range {
  if (moment >= range.from && moment <= range.to) return range;
  const span = range.to - range.from;
  return held({ from: moment - span / 10, to: moment + (9 * span) / 10 }, length);
}

// Steps between marks of an axis of time, so that there are about so many.
const steps = [1, 2, 5];
const longer = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
export function tickStep(span: number, count: number): number {
  const least = span / Math.max(1, count);
  if (least > 10) return longer.find((s) => s >= least) ?? 86400;
  for (let power = -5; power <= 1; ++power) {
    for (const step of steps) if (step * 10 ** power >= least) return step * 10 ** power;
  }
  return 10;
}

// "1:02:03.250", with as many decimals as a step needs.
export function clock(seconds: number, step = 0.001): string {
  const decimals = step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step) - 1e-9));
  const scale = 10 ** decimals;
  const total = Math.round(Math.max(0, seconds) * scale);
  const s = (total / scale) % 60;
  const minutes = Math.floor(total / scale / 60);
  const text = s.toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
  const h = Math.floor(minutes / 60);
  return h > 0 ? `${h}:${String(minutes % 60).padStart(2, "0")}:${text}` : `${minutes}:${text}`;
}
