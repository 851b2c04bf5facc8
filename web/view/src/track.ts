// SPDX-License-Identifier: Apache-2.0
// One detector over the recording: what it finds at a threshold, and what becomes of it.
import { averages, detect, type Average } from "./detector";
import { countsOf, match, type Counts } from "./match";
import type { Found, Label, Matching, Model } from "./types";

export interface Judged {
  found: Found[];
  matched: Int32Array; // of found: which of the marks
  marked: readonly Label[];
  heard: Int32Array; // of the marks: by which of the found
  counts: Counts;
}

export class Track {
  // Thresholds are whole numbers from 0 to `steps`; what stands for 1 is `unit`.
  readonly steps: number;
  readonly unit: number;
  threshold: number;
  scores = new Uint8Array(0);
  curves: Average[] = [];
  private kept: { key: string; judged: Judged } | null = null;

  constructor(
    readonly name: string,
    readonly model: Model | null,
    private readonly table: readonly Found[],
  ) {
    this.unit = model ? 256 : 1000;
    this.steps = model ? 255 : 1000;
    this.threshold = model ? model.threshold : 500;
  }

  // More scores of the network.
  push(scores: Uint8Array): void {
    const all = new Uint8Array(this.scores.length + scores.length);
    all.set(this.scores);
    all.set(scores, this.scores.length);
    this.scores = all;
    this.curves = averages(this.model!, all);
    this.kept = null;
  }
  get stepsDone(): number {
    return this.model ? this.scores.length / this.model.labels.length : 0;
  }

  // At a threshold, of one label ("": all).
  find(threshold: number, label: string): Found[] {
    if (!this.model) {
      const least = threshold / this.unit;
      return this.table.filter((f) => f.confidence >= least && (!label || f.label === label));
    }
    const curves = label ? this.curves.filter((curve) => curve.label === label) : this.curves;
    return detect(this.model, curves, threshold, Math.min(this.model.release, threshold));
  }

  judge(labels: readonly Label[], version: number, label: string, matching: Matching): Judged {
    const key = `${version}/${label}/${this.threshold}/${this.scores.length}`;
    if (this.kept?.key === key) return this.kept.judged;
    const found = this.find(this.threshold, label);
    const marked = label ? labels.filter((l) => l.label === label) : labels;
    const judged = judge(found, marked, matching);
    this.kept = { key, judged };
    return judged;
  }
}

export function judge(found: Found[], marked: readonly Label[], matching: Matching): Judged {
  const matched = match(marked, found, matching);
  const heard = new Int32Array(marked.length).fill(-1);
  matched.forEach((mark, f) => {
    if (mark >= 0) heard[mark] = f;
  });
  return { found, matched, marked, heard, counts: countsOf(marked, found, matched) };
}

export type Outcome = "right" | "falseAlarm" | "wrong" | "missed" | "unjudged";

export function outcomeOf(judged: Judged, f: number): Outcome {
  if (judged.marked.length === 0) return "unjudged";
  const mark = judged.matched[f];
  if (mark < 0) return "falseAlarm";
  return judged.marked[mark].label === judged.found[f].label ? "right" : "wrong";
}
