// SPDX-License-Identifier: Apache-2.0
// Which of what was found is which of what was marked, as src/events/match.h defines it.
import { bestAssignment, type Pair } from "./assignment";
import type { Matching } from "./types";

interface Event {
  start_s: number;
  end_s: number;
  label: string;
}

// Times are compared in whole microseconds; halves away from zero, as llround() has them.
function microseconds(seconds: number): number {
  const scaled = seconds * 1e6;
  return scaled < 0 ? -Math.round(-scaled) : Math.round(scaled);
}

interface Span {
  start: number;
  end: number;
}
const spansOf = (events: readonly Event[]): Span[] =>
  events.map((e) => ({ start: microseconds(e.start_s), end: microseconds(e.end_s) }));

function byStart(spans: readonly Span[]): number[] {
  return spans.map((_, i) => i).sort((a, b) => spans[a].start - spans[b].start || a - b);
}

function lowerBound(order: readonly number[], spans: readonly Span[], start: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[order[middle]].start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function pairsBetween(
  marked: readonly Event[],
  found: readonly Event[],
  matching: Matching,
): Pair[] {
  const marks = spansOf(marked);
  const finds = spansOf(found);
  const tolerance = microseconds(matching.tolerance_s);
  const overlap = matching.rule === "overlap";
  const order = byStart(marks);
  // No mark that begins earlier than this before something reaches it.
  let longest = 0;
  if (overlap) for (const mark of marks) longest = Math.max(longest, mark.end - mark.start);
  const pairs: Pair[] = [];
  finds.forEach((find, left) => {
    const last = (overlap ? find.end : find.start) + tolerance;
    let at = lowerBound(order, marks, find.start - tolerance - longest);
    for (; at < order.length && marks[order[at]].start <= last; ++at) {
      const right = order[at];
      const mark = marks[right];
      if (overlap && mark.end + tolerance < find.start) continue;
      if (matching.rule !== "first" && marked[right].label !== found[left].label) continue;
      const apart = Math.abs(find.start - mark.start);
      pairs.push({ left, right, cost: apart + (overlap ? Math.abs(find.end - mark.end) : 0) });
    }
  });
  return pairs;
}

// For each found event the mark that it is, or -1.
export function match(
  marked: readonly Event[],
  found: readonly Event[],
  matching: Matching,
): Int32Array {
  const pairs = pairsBetween(marked, found, matching);
  if (matching.rule !== "first") return bestAssignment(found.length, marked.length, pairs);
  const of: Pair[][] = found.map(() => []);
  for (const pair of pairs) of[pair.left].push(pair);
  const taken = new Set<number>();
  const matched = new Int32Array(found.length).fill(-1);
  for (const left of byStart(spansOf(found))) {
    const free = of[left].find((pair) => !taken.has(pair.right));
    if (!free) continue;
    taken.add(free.right);
    matched[left] = free.right;
  }
  return matched;
}

export interface Counts {
  right: number;
  false_alarms: number;
  missed: number;
  wrong: number;
}

export function countsOf(
  marked: readonly Event[],
  found: readonly Event[],
  matched: Int32Array,
): Counts {
  const counts = { right: 0, false_alarms: 0, missed: 0, wrong: 0 };
  matched.forEach((mark, f) => {
    if (mark < 0) ++counts.false_alarms;
    else if (marked[mark].label === found[f].label) ++counts.right;
    else ++counts.wrong;
  });
  counts.missed = marked.length - counts.right - counts.wrong;
  return counts;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
export const precision = (c: Counts) => share(c.right, c.right + c.false_alarms + c.wrong);
export const recall = (c: Counts) => share(c.right, c.right + c.missed + c.wrong);
export const f1 = (c: Counts) =>
  share(2 * c.right, 2 * c.right + c.false_alarms + c.missed + 2 * c.wrong);
