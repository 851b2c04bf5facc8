// SPDX-License-Identifier: Apache-2.0
// Everything on the timeline as a list too: to read, and for who does not see the picture.
import { useState } from "preact/hooks";
import { outcomeOf, type Outcome } from "./track";
import { clock } from "./view_range";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

interface Props {
  viewer: Viewer;
  words: Words;
}

interface Row {
  at: number;
  end: number;
  label: string;
  outcome: Outcome;
  track: string;
  confidence: number | null;
  choose: () => void;
}

const most = 100; // rows at a time

function rowsOf(viewer: Viewer): Row[] {
  const rows: Row[] = [];
  viewer.tracks.forEach((track, number) => {
    const judged = viewer.judged(track);
    const letter = viewer.tracks.length > 1 ? "AB"[number] : "";
    judged.found.forEach((found, i) => {
      rows.push({
        at: found.start_s,
        end: found.end_s,
        label: found.label,
        outcome: outcomeOf(judged, i),
        track: letter,
        confidence: found.confidence,
        choose: () => viewer.hearFrom(found.start_s),
      });
    });
    judged.marked.forEach((mark, i) => {
      if (judged.heard[i] >= 0) return;
      rows.push({
        at: mark.start_s,
        end: mark.end_s,
        label: mark.label,
        outcome: "missed",
        track: letter,
        confidence: null,
        choose: () => viewer.choose(viewer.labels.indexOf(mark)),
      });
    });
  });
  return rows.sort((a, b) => a.at - b.at);
}

function labelRows(viewer: Viewer): Row[] {
  return viewer.labels.map((label, i) => ({
    at: label.start_s,
    end: label.end_s,
    label: label.label,
    outcome: "unjudged",
    track: "",
    confidence: null,
    choose: () => viewer.choose(i),
  }));
}

export function Lists({ viewer, words }: Props) {
  const [which, setWhich] = useState<"found" | "labels" | "said">(viewer.tracks.length > 0 ? "found" : "labels");
  const names: Record<Outcome, string> = {
    right: `✓ ${words.right}`,
    falseAlarm: `✕ ${words.falseAlarms}`,
    missed: `○ ${words.missed}`,
    wrong: `≠ ${words.wrong}`,
    unjudged: words.found,
  };
  const tabs: [typeof which, string][] = [["labels", words.labels]];
  if (viewer.tracks.length > 0) tabs.unshift(["found", words.detections]);
  if (viewer.state.transcript.length > 0) tabs.push(["said", words.transcript]);
  const all = which === "labels" ? labelRows(viewer) : which === "found" ? rowsOf(viewer) : [];
  // Those around what is on the screen, where there are many.
  const near = all.findIndex((row) => row.at >= viewer.range.from);
  const first = all.length <= most ? 0 : Math.max(0, Math.min(near < 0 ? all.length : near, all.length - most));
  const rows = all.slice(first, first + most);
  return (
    <section class="lists" aria-label={words.labels}>
      <div class="tabs" role="tablist">
        {tabs.map(([tab, name]) => (
          <button key={tab} type="button" role="tab" id={`tab-${tab}`} aria-selected={which === tab}
            aria-controls="list" onClick={() => setWhich(tab)}>
            {name}
          </button>
        ))}
      </div>
      <div class="list" id="list" role="tabpanel" aria-labelledby={`tab-${which}`} tabIndex={0}>
        {which === "said" ? (
          <p class="said" dir="auto">
            {viewer.state.transcript.map((said, i) => (
              <button key={i} type="button"
                aria-current={viewer.playhead >= said.start_s && viewer.playhead < said.end_s}
                onClick={() => viewer.hearFrom(said.start_s)}>
                {said.text}
              </button>
            ))}
          </p>
        ) : rows.length === 0 ? (
          <p class="hint">{which === "labels" ? words.noLabels : words.noFound}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.time}</th>
                <th scope="col">{words.labelShown}</th>
                {which === "found" && <th scope="col">{words.outcome}</th>}
                {which === "found" && <th scope="col">{words.confidence}</th>}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={first + i} class={row.outcome}
                  aria-current={which === "labels" && first + i === viewer.chosen ? "true" : undefined}>
                  <td><button type="button" dir="ltr" onClick={row.choose}>{clock(row.at, 0.01)}</button></td>
                  <td><bdi>{row.label}</bdi></td>
                  {which === "found" && <td class="outcome">{row.track} {names[row.outcome]}</td>}
                  {which === "found" && (
                    <td dir="ltr">{row.confidence === null ? "" : row.confidence.toFixed(2)}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
