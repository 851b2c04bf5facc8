// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from "preact/hooks";
import { keys } from "./keys";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

export function Help({ viewer, words }: { viewer: Viewer; words: Words }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const at = dialog.current!;
    if (viewer.helping && !at.open) at.showModal();
    if (!viewer.helping && at.open) at.close();
  }, [viewer.helping]);
  return (
    <dialog ref={dialog} aria-label={words.help} onClose={() => viewer.set("helping", false)}>
      <h2>{words.help}</h2>
      <dl class="keys">
        {keys.map((key) => (
          <div key={key.words}>
            <dt dir="ltr">{key.shown.map((one) => <kbd key={one}>{one}</kbd>)}</dt>
            <dd>{words[key.words]}</dd>
          </div>
        ))}
      </dl>
      <p>{words.keysPointer}</p>
      <button type="button" onClick={() => viewer.set("helping", false)}>{words.close}</button>
    </dialog>
  );
}
