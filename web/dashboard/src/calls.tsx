// SPDX-License-Identifier: Apache-2.0
// What a device heard, to listen to where it sent the sound.
import { type Call, sound_of } from "./api";
import { useLanguage } from "./words";

export function Calls(props: { device: string; calls: Call[] }) {
  const language = useLanguage();
  if (props.calls.length === 0) return null;
  return (
    <section>
      <h2>{language.t("calls_heard")}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={language.t("calls_heard")}>
        <ul class="calls">
          {props.calls.map((call) => {
            const what = language.t("call", { n: call.call_class, score: call.score, seconds: language.number(call.duration_s, 1) });
            const when = language.when(call.time);
            return (
              <li key={call.id}>
                <time dateTime={call.time}>{when}</time>
                <span>{what}</span>
                {call.clip && <audio controls preload="none" src={sound_of(props.device, call.id)} aria-label={`${what}, ${when}`} />}
                {call.clip && call.clip.pieces < call.clip.of &&
                  <small class="dim">{language.t("sound_part", { n: language.number(call.clip.pieces), of: language.number(call.clip.of) })}</small>}
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}
