// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { useEffect, useReducer, useRef } from "preact/hooks";
import "./app.css";
import { Counts } from "./counts";
import { draw } from "./draw";
import { Editor } from "./editor";
import { Help } from "./help";
import { followKeys } from "./keys";
import { Lists } from "./lists";
import { followPointer } from "./pointer";
import { source } from "./source";
import { Toolbar, Settings } from "./toolbar";
import { Viewer } from "./viewer";
import { languages, type Words } from "./words";

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");

const isDark = (viewer: Viewer) =>
  viewer.theme === "dark" || (viewer.theme === "auto" && darkSystem.matches);

function Timeline({ viewer, words }: { viewer: Viewer; words: Words }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => followPointer(canvas.current!, viewer), [viewer]);
  useEffect(() => {
    const sizes = new ResizeObserver(() => viewer.changed());
    sizes.observe(canvas.current!);
    return () => sizes.disconnect();
  }, [viewer]);
  useEffect(() => draw(canvas.current!, viewer, words, isDark(viewer)));
  const lanes = viewer.tracks.length + (viewer.state.transcript.length > 0 ? 1 : 0);
  return (
    <canvas
      ref={canvas}
      id="timeline"
      dir="ltr"
      tabIndex={0}
      role="img"
      aria-label={`${words.waveform}, ${words.spectrogram}, ${words.confidence}`}
      style={{ height: `calc(var(--timeline) + ${26 * lanes}px)` }}
    />
  );
}

// How far what is made in the background is.
function Making({ viewer, words }: { viewer: Viewer; words: Words }) {
  const { progress, state } = viewer;
  if (!progress) return null;
  const parts: [string, number][] = [];
  const overview = progress.overviews[viewer.fft];
  if (overview && !overview.over) parts.push([words.preparing, overview.frames / state.recording.frames]);
  progress.models.forEach((model, i) => {
    const { step_s, name } = state.models[i];
    // What is made must also be here before it can be seen and counted.
    const here = viewer.tracks[i].stepsDone;
    if (!model.over || (model.fault === "" && here < model.steps)) {
      parts.push([`${words.scoring}: ${name}`, (here * step_s) / viewer.length]);
    }
  });
  return (
    <div class="making" aria-live="off">
      {parts.map(([what, share]) => (
        <label key={what}>
          {what} <progress value={Math.min(share, 1)} max={1} />
        </label>
      ))}
    </div>
  );
}

function App({ viewer }: { viewer: Viewer }) {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => viewer.listen(() => again(undefined)), [viewer]);
  useEffect(() => followKeys(viewer), [viewer]);
  useEffect(() => {
    const change = () => viewer.changed();
    darkSystem.addEventListener("change", change);
    return () => darkSystem.removeEventListener("change", change);
  }, [viewer]);
  const { words, rtl } = languages[viewer.language];
  document.documentElement.lang = viewer.language;
  document.documentElement.dir = rtl ? "rtl" : "ltr";
  document.documentElement.dataset.theme = isDark(viewer) ? "dark" : "light";
  const outside = viewer.labels.filter((l) => l.end_s > viewer.length + 0.5).length;
  return (
    <>
      <header>
        <h1>
          <span class="mark" aria-hidden="true" />
          <bdi>{viewer.state.recording.name}</bdi>
        </h1>
        <Settings viewer={viewer} words={words} />
      </header>
      <main>
        <Toolbar viewer={viewer} words={words} />
        {viewer.fault && (
          <p class="fault" role="alert">
            {viewer.saving === "failed" ? `${words.notSaved}: ` : ""}
            <bdi>{viewer.fault}</bdi>
          </p>
        )}
        {outside > 0 && (
          <p class="note">
            {outside} × {words.labels} {words.outside}
          </p>
        )}
        <Timeline viewer={viewer} words={words} />
        <Making viewer={viewer} words={words} />
        <div class="columns">
          <Counts viewer={viewer} words={words} />
          <Editor viewer={viewer} words={words} />
          <Lists viewer={viewer} words={words} />
        </div>
      </main>
      <Help viewer={viewer} words={words} />
    </>
  );
}

async function start(root: HTMLElement): Promise<void> {
  const from = source();
  const state = await from.state();
  const audio = new Audio();
  audio.id = "sound";
  audio.preload = "metadata";
  document.body.append(audio);
  document.title = `${state.recording.name} · Sengi`;
  const viewer = new Viewer(from, state, audio);
  render(<App viewer={viewer} />, root);
  await viewer.load();
}

const root = document.getElementById("app")!;
start(root).catch((fault) => {
  root.textContent = String(fault instanceof Error ? fault.message : fault);
});
