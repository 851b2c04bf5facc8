// SPDX-License-Identifier: Apache-2.0
// The threshold of each detector, and what comes of it.
import { Det } from "./det";
import { precision, recall } from "./match";
import type { Track } from "./track";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

interface Props {
  viewer: Viewer;
  words: Words;
}

const percent = (share: number | null) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);

function One({ viewer, words, track, number }: Props & { track: Track; number: number }) {
  const judged = viewer.judged(track);
  const { counts } = judged;
  const several = viewer.tracks.length > 1;
  const hours = viewer.length / 3600;
  const letter = "AB"[number];
  const cells: [string, string, string, string][] = [
    ["right", "✓", words.right, String(counts.right)],
    ["falseAlarm", "✕", words.falseAlarms, String(counts.false_alarms)],
    ["missed", "○", words.missed, String(counts.missed)],
  ];
  if (viewer.state.matching.rule === "first") {
    cells.push(["wrong", "≠", words.wrong, String(counts.wrong)]);
  }
  return (
    <div class={`track track${number}`} data-track={number}>
      {several && <h3><b>{letter}</b> <bdi>{track.name}</bdi></h3>}
      <label class="threshold">
        <span>
          {words.threshold} <output dir="ltr">{(track.threshold / track.unit).toFixed(3)}</output>
        </span>
        <input type="range" min={0} max={track.steps} value={track.threshold} dir="ltr"
          aria-label={`${words.threshold} ${several ? letter : ""}`}
          aria-valuetext={(track.threshold / track.unit).toFixed(3)}
          onInput={(e) => viewer.setThreshold(track, Number(e.currentTarget.value))} />
      </label>
      {judged.marked.length === 0 ? (
        <p>{judged.found.length} {words.found}</p>
      ) : (
        <>
          <dl class="outcomes">
            {cells.map(([kind, sign, name, count]) => (
              <div key={kind} class={kind}>
                <dt><span aria-hidden="true">{sign}</span> {name}</dt>
                <dd data-count={kind}>{count}</dd>
              </div>
            ))}
          </dl>
          <dl class="rates">
            <div><dt>{words.precision}</dt><dd data-count="precision">{percent(precision(counts))}</dd></div>
            <div><dt>{words.recall}</dt><dd data-count="recall">{percent(recall(counts))}</dd></div>
            <div>
              <dt>{words.anHour}</dt>
              <dd data-count="an_hour">{(counts.false_alarms / hours).toPrecision(3)}</dd>
            </div>
          </dl>
        </>
      )}
    </div>
  );
}

export function Counts({ viewer, words }: Props) {
  const labels = viewer.knownLabels();
  return (
    <section class="counts" aria-label={words.outcomes}>
      <h2>{words.outcomes}</h2>
      {viewer.tracks.length === 0 && <p class="hint">{words.noModel}</p>}
      {viewer.tracks.length > 0 && labels.length > 1 && (
        <label class="small">
          <span>{words.labelShown}</span>
          <select id="judged" value={viewer.label} onChange={(e) => viewer.set("label", e.currentTarget.value)}>
            <option value="">{words.all}</option>
            {labels.map((label) => <option key={label} value={label}>{label}</option>)}
          </select>
        </label>
      )}
      {viewer.tracks.map((track, number) => (
        <One key={number} viewer={viewer} words={words} track={track} number={number} />
      ))}
      {viewer.tracks.length > 0 && viewer.labels.length > 0 && <Det viewer={viewer} words={words} />}
    </section>
  );
}
