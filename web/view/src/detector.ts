// SPDX-License-Identifier: Apache-2.0
// The device's detector over scores, as device/include/sengi/detect/detector.h defines it.
import type { Found, Model } from "./types";

// A label's averaged scores, 0 .. 255, a step each: the mean of the latest smoothing_steps of them,
// rounded to nearest.
export function averaged(model: Model, scores: Uint8Array, label: number): Uint8Array {
  const labels = model.labels.length;
  const steps = Math.floor(scores.length / labels);
  const mean = new Uint8Array(steps);
  let sum = 0;
  for (let step = 0; step < steps; ++step) {
    sum += scores[step * labels + label];
    const old = step - model.smoothing_steps;
    if (old >= 0) sum -= scores[old * labels + label];
    const kept = Math.min(step + 1, model.smoothing_steps);
    mean[step] = Math.floor((2 * sum + kept) / (2 * kept));
  }
  return mean;
}

export interface Average {
  label: string;
  scores: Uint8Array;
}

// Of all labels that may be events.
export function averages(model: Model, scores: Uint8Array): Average[] {
  return model.labels.flatMap((label, i) =>
    model.events[i] ? [{ label, scores: averaged(model, scores, i) }] : [],
  );
}

// When the device would tell of a step.
export const timeOf = (model: Model, step: number): number =>
  model.first_s + step * model.step_s;

// Events by their starts. Requires: release <= threshold.
export function detect(
  model: Model,
  labels: readonly Average[],
  threshold: number,
  release: number,
): Found[] {
  const found: Found[] = [];
  for (const { label, scores } of labels) {
    let since = -1; // of an event that goes on
    let peak = 0;
    let rest = 0; // the first step at which another may begin
    const end = (step: number) => {
      found.push({
        start_s: timeOf(model, since),
        end_s: timeOf(model, step),
        label,
        confidence: peak / 256,
      });
      since = -1;
      rest = step + model.refractory_steps;
    };
    for (let step = 0; step < scores.length; ++step) {
      const score = scores[step];
      if (since >= 0) {
        if (score > peak) peak = score;
        if (score < release) end(step);
      } else if (score >= threshold && step >= rest) {
        since = step;
        peak = score;
      }
    }
    if (since >= 0) end(scores.length);
  }
  return found.sort((a, b) => a.start_s - b.start_s);
}
