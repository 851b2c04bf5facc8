// SPDX-License-Identifier: Apache-2.0
// The chosen label, and what can be done with labels.
import { useLayoutEffect, useRef } from "preact/hooks";
import { toRaven } from "./raven";
import type { Label } from "./types";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

interface Props {
  viewer: Viewer;
  words: Words;
}

type Field = "start_s" | "end_s" | "low_hz" | "high_hz";

function NumberField({ viewer, label, field, words }: { viewer: Viewer; label: Label; field: Field; words: string }) {
  const value = label[field];
  const shown = value === null ? "" : String(+value.toFixed(field.endsWith("_s") ? 4 : 1));
  const change = (text: string) => {
    const number = text.trim() === "" ? null : Number(text);
    const mayBeNone = field === "low_hz" || field === "high_hz";
    if (number === null ? !mayBeNone : !Number.isFinite(number) || number < 0) return;
    viewer.change({ [field]: number });
  };
  return (
    <label>
      <span>{words}</span>
      <input dir="ltr" inputMode="decimal" name={field}
        key={shown} defaultValue={shown}
        onChange={(e) => change(e.currentTarget.value)} />
    </label>
  );
}

function Chosen({ viewer, words, label }: Props & { label: Label }) {
  const name = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (!viewer.editing) return;
    name.current?.focus();
    name.current?.select();
  }, [viewer.editing, viewer.chosen, label.label]);
  const done = () => {
    viewer.set("editing", false);
    document.getElementById("timeline")?.focus();
  };
  const put = (text: string) => {
    viewer.editing = false;
    if (text.trim() && text.trim() !== label.label) viewer.change({ label: text.trim() });
  };
  return (
    <div class="chosen">
      <label class="wide">
        <span>{words.edit}</span>
        <input id="label" key={`${viewer.chosen}/${label.label}`} ref={name} list="known" defaultValue={label.label} dir="auto" autocomplete="off"
          maxLength={100}
          onChange={(e) => put(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== "Enter" && e.key !== "Escape") return;
            e.preventDefault();
            if (e.key === "Enter") put(e.currentTarget.value);
            else e.currentTarget.value = label.label;
            done();
          }} />
      </label>
      <datalist id="known">
        {viewer.knownLabels().map((known) => <option key={known} value={known} />)}
      </datalist>
      <NumberField viewer={viewer} label={label} field="start_s" words={words.from} />
      <NumberField viewer={viewer} label={label} field="end_s" words={words.to} />
      <NumberField viewer={viewer} label={label} field="low_hz" words={words.low} />
      <NumberField viewer={viewer} label={label} field="high_hz" words={words.high} />
      <div class="buttons wide">
        <button type="button" onClick={() => viewer.zoomTo(label.start_s, label.end_s)}>{words.zoomLabel}</button>
        <button type="button" class="danger" onClick={() => viewer.remove()}>{words.remove}</button>
      </div>
    </div>
  );
}

function download(viewer: Viewer): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([toRaven(viewer.labels)], { type: "text/plain" }));
  link.download = `${viewer.state.recording.name.replace(/\.[^.]*$/, "")}.selections.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function Editor({ viewer, words }: Props) {
  const label = viewer.labels[viewer.chosen];
  const told = { saved: words.saved, saving: words.saving, failed: words.notSaved }[viewer.saving];
  return (
    <section class="editor" aria-label={words.edit}>
      <h2>{words.edit}</h2>
      <div class="buttons">
        <button id="add" type="button" aria-keyshortcuts="A" onClick={() => viewer.add()}>{words.add}</button>
        <button id="undo" type="button" disabled={!viewer.canUndo} onClick={() => viewer.undo()}>{words.undo}</button>
        <button id="redo" type="button" disabled={!viewer.canRedo} onClick={() => viewer.redo()}>{words.redo}</button>
        <button type="button" onClick={() => viewer.jump(1, true)} aria-keyshortcuts="M">{words.nextMistake}</button>
      </div>
      {label ? <Chosen viewer={viewer} words={words} label={label} /> : <p class="hint">{words.addHint}</p>}
      {viewer.source.exported ? (
        <button type="button" onClick={() => download(viewer)}>{words.download}</button>
      ) : (
        <p class="saved" role="status">
          <span id="saved" data-saving={viewer.saving}>{told}</span> <bdi class="file">{viewer.file}</bdi>
        </p>
      )}
    </section>
  );
}
