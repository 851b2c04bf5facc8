// SPDX-License-Identifier: Apache-2.0
import { clock } from "./view_range";
import type { Theme, Viewer } from "./viewer";
import { languages, type Language, type Words } from "./words";

interface Props {
  viewer: Viewer;
  words: Words;
}

interface ButtonProps {
  sign: string;
  words: string;
  press: () => void;
  id?: string;
  disabled?: boolean;
  keys?: string;
}

function Button({ sign, words, press, id, disabled, keys }: ButtonProps) {
  return (
    <button
      id={id}
      type="button"
      aria-label={words}
      aria-keyshortcuts={keys}
      title={keys ? `${words} (${keys})` : words}
      disabled={disabled}
      onClick={press}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

const speeds = [0.1, 0.25, 0.5, 1, 2, 4];

export function Toolbar({ viewer, words }: Props) {
  const span = viewer.range.to - viewer.range.from;
  const { fft_sizes, recording } = viewer.state;
  return (
    <div class="toolbar" role="toolbar" aria-label={words.play}>
      <div class="group">
        <Button id="play" sign={viewer.playing ? "❚❚" : "▶"} keys="Space" disabled={!viewer.source.sound}
          words={viewer.playing ? words.pause : words.play} press={() => viewer.toggle()} />
        <output id="clock" dir="ltr">
          {clock(viewer.playhead, 0.01)} <small>/ {clock(viewer.length, 0.1)}</small>
        </output>
        <label class="small">
          <span>{words.speed}</span>
          <select value={String(viewer.audio.playbackRate)} disabled={!viewer.source.sound}
            onChange={(e) => viewer.setSpeed(Number(e.currentTarget.value))}>
            {speeds.map((speed) => (
              <option key={speed} value={String(speed)}>{`×${speed}`}</option>
            ))}
          </select>
        </label>
      </div>
      <div class="group">
        <Button sign="−" words={words.zoomOut} keys="-" press={() => viewer.zoom(2)} />
        <output id="span" dir="ltr" class="span">
          {span >= 60 ? clock(span, 1) : span >= 1 ? `${span.toFixed(1)} s` : `${(span * 1000).toFixed(0)} ms`}
        </output>
        <Button sign="+" words={words.zoomIn} keys="+" press={() => viewer.zoom(0.5)} />
        <Button sign="⤢" words={words.zoomAll} keys="0" press={() => viewer.zoomAll()} />
      </div>
      <div class="group">
        <label class="small">
          <span>{words.amplitude}</span>
          <input id="amplitude" type="range" min={-1} max={6} step={0.5} value={Math.log2(viewer.amplitude)}
            aria-valuetext={`×${viewer.amplitude.toFixed(1)}`}
            onInput={(e) => viewer.set("amplitude", +(2 ** Number(e.currentTarget.value)).toFixed(2))} />
        </label>
        <label class="small">
          <span>{words.brightness}</span>
          <input id="floor" type="range" min={-120} max={-30} value={viewer.floorDb}
            aria-valuetext={`${viewer.floorDb} dB`}
            onInput={(e) => viewer.set("floorDb", Number(e.currentTarget.value))} />
        </label>
        <label class="small">
          <span>{words.contrast}</span>
          <input id="ceiling" type="range" min={-70} max={0} value={viewer.ceilingDb}
            aria-valuetext={`${viewer.ceilingDb} dB`}
            onInput={(e) => viewer.set("ceilingDb", Number(e.currentTarget.value))} />
        </label>
        <label class="small">
          <span>{words.window}</span>
          <select id="fft" value={String(viewer.fft)} onChange={(e) => viewer.setFft(Number(e.currentTarget.value))}>
            {fft_sizes.map((size) => (
              <option key={size} value={String(size)}>
                {`${size} (${((1000 * size) / recording.rate).toFixed(0)} ms)`}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}

export function Settings({ viewer, words }: Props) {
  return (
    <div class="settings">
      <label class="small">
        <span class="hidden">{words.language}</span>
        <select id="language" aria-label={words.language} value={viewer.language}
          onChange={(e) => viewer.setLanguage(e.currentTarget.value as Language)}>
          {Object.entries(languages).map(([code, { name }]) => (
            <option key={code} value={code} lang={code}>{name}</option>
          ))}
        </select>
      </label>
      <label class="small">
        <span class="hidden">{words.theme}</span>
        <select id="theme" aria-label={words.theme} value={viewer.theme}
          onChange={(e) => viewer.setTheme(e.currentTarget.value as Theme)}>
          <option value="auto">{words.themeAuto}</option>
          <option value="light">{words.themeLight}</option>
          <option value="dark">{words.themeDark}</option>
        </select>
      </label>
      {!viewer.source.exported && (
        <details class="menu">
          <summary>{words.share}</summary>
          <div>
            <p>{words.shareHint}</p>
            <a href="export.html?sound=1" download>{words.withSound}</a>
            <a id="export" href="export.html" download>{words.withoutSound}</a>
          </div>
        </details>
      )}
      <button id="help" type="button" aria-keyshortcuts="?" onClick={() => viewer.set("helping", true)}>
        {words.help}
      </button>
    </div>
  );
}
