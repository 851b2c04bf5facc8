// SPDX-License-Identifier: Apache-2.0
// What each threshold would cost: misses against false alarms an hour (Martin et al. 1997, "The DET
// curve in assessment of detection task performance", with rates in time, as there are no trials in
// a recording).
import { useEffect, useState } from "preact/hooks";
import { judge, type Track } from "./track";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

interface Point {
  threshold: number;
  missed: number; // share of the marks
  anHour: number;
}

const thresholds = 48;
const wide = 300;
const tall = 150;
const left = 38;
const bottom = 22;

function pointAt(viewer: Viewer, track: Track, threshold: number): Point {
  const { label, labels, length, state } = viewer;
  const marked = label ? labels.filter((l) => l.label === label) : labels;
  const { counts } = judge(track.find(threshold, label), marked, state.matching);
  return {
    threshold,
    missed: (counts.missed + counts.wrong) / Math.max(1, marked.length),
    anHour: counts.false_alarms / (length / 3600),
  };
}

// Those that no other threshold is better than in both. Far down events run together, and there are
// fewer of them and fewer that are right.
function worthHaving(points: Point[]): Point[] {
  let least = Infinity;
  return [...points]
    .sort((a, b) => a.anHour - b.anHour || a.missed - b.missed)
    .filter((p) => p.missed < least && ((least = p.missed), true));
}

// One point after the other, so that nothing waits for them.
function usePoints(viewer: Viewer): Point[][] {
  const [points, setPoints] = useState<Point[][]>([]);
  const key = `${viewer.labelsVersion}/${viewer.label}/${viewer.tracks.map((t) => t.stepsDone).join("/")}`;
  useEffect(() => {
    const made: Point[][] = viewer.tracks.map(() => []);
    let next = 0;
    let timer = 0;
    const step = () => {
      if (next === thresholds) return setPoints(made.map(worthHaving));
      viewer.tracks.forEach((track, i) => {
        const threshold = Math.round(((next + 0.5) * track.steps) / thresholds);
        made[i].push(pointAt(viewer, track, threshold));
      });
      ++next;
      timer = window.setTimeout(step, 4);
    };
    timer = window.setTimeout(step, 400); // until typing and saving are over
    return () => window.clearTimeout(timer);
  }, [key]);
  return points;
}

export function Det({ viewer, words }: { viewer: Viewer; words: Words }) {
  const points = usePoints(viewer);
  const all = points.flat();
  if (all.length === 0) return null;
  // Decades, from below one false alarm in the whole recording.
  const least = Math.floor(Math.log10(3600 / viewer.length / 2));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...all.map((p) => p.anHour), 1))));
  const x = (anHour: number) =>
    left + ((Math.log10(Math.max(anHour, 10 ** least)) - least) / (most - least)) * (wide - left - 8);
  const y = (missed: number) => 6 + (tall - bottom - 6) * (1 - missed);
  const decades = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
  return (
    <figure class="det" dir="ltr">
      <svg viewBox={`0 0 ${wide} ${tall}`} role="img" aria-label={`${words.missed}, ${words.anHour}`}>
        {decades.map((decade, i) => (
          <g key={decade}>
            <line x1={x(decade)} x2={x(decade)} y1={6} y2={tall - bottom} />
            <text x={x(decade)} y={tall - 8} text-anchor={i === decades.length - 1 ? "end" : "middle"}>{i === 0 ? "0" : String(+decade.toPrecision(1))}</text>
          </g>
        ))}
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={left} x2={wide - 8} y1={y(share)} y2={y(share)} />
            <text x={left - 4} y={y(share) + 3} text-anchor="end">{`${100 * share} %`}</text>
          </g>
        ))}
        {points.map((line, i) => {
          const { counts, marked } = viewer.judged(viewer.tracks[i]);
          const now = {
            missed: (counts.missed + counts.wrong) / Math.max(1, marked.length),
            anHour: counts.false_alarms / (viewer.length / 3600),
          };
          return (
            <g key={i} class={`line${i}`}>
              <polyline points={line.map((p) => `${x(p.anHour)},${y(p.missed)}`).join(" ")} />
              <circle cx={x(now.anHour)} cy={y(now.missed)} r={4} />
            </g>
          );
        })}
      </svg>
      <figcaption dir="auto">{words.missed} ↑ · {words.anHour} →</figcaption>
    </figure>
  );
}
