// Where water is due.
import { useEffect, useState } from "preact/hooks";
import { api, type FieldWater } from "./api";
import { name_of } from "./sayings";
import type { Station } from "./store";
import { useLanguage } from "./words";

const order = { due: 0, soon: 1, enough: 2 };

export function FieldsPage(props: { station: Station }) {
  const language = useLanguage();
  const [fields, setFields] = useState<FieldWater[] | null>(null);
  useEffect(() => { void api.water().then(setFields).catch(() => setFields([])); }, [props.station.heard]);
  const sorted = [...(fields ?? [])].sort((a, b) => order[a.water] - order[b.water]);
  return (
    <div class="page">
      <h1>{language.t("fields")}</h1>
      {fields?.length === 0 && <p class="empty">{language.t("fields_none")}</p>}
      <ul class="fields">
        {sorted.map((one) => (
          <li class={`field ${one.water}`} key={one.device}>
            <h2><a href={`#/device/${encodeURIComponent(one.device)}`}>{name_of(one)}</a></h2>
            <p class="state">{language.t(`water_${one.water}`)}</p>
            <meter min={0} max={one.readily_mm} value={Math.max(0, one.readily_mm - one.missing_mm)}
                   aria-label={language.t("moisture")} />
            <dl class="facts">
              <div><dt>{language.t("moisture")}</dt><dd>{language.percent(one.moisture)}</dd></div>
              <div><dt>{language.t("missing")}</dt><dd>{language.number(one.missing_mm, 1)} mm</dd></div>
              <div><dt>{language.t("give")}</dt><dd>{language.number(one.give_mm, 1)} mm</dd></div>
              {one.days_left !== null && <div><dt>{language.t("days_left")}</dt><dd>{language.number(one.days_left, 1)}</dd></div>}
            </dl>
            <p class="dim">{language.when(one.time)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
