// What needs somebody.
import { useEffect, useState } from "preact/hooks";
import { type Alert, api, type Me } from "./api";
import { said_by_alert } from "./sayings";
import type { Station } from "./store";
import { useLanguage } from "./words";

const signs = { notice: "○", warning: "△", critical: "■" };

export function AlertsPage(props: { station: Station; me: Me; choose: (device: string) => void }) {
  const language = useLanguage();
  const [every, setEvery] = useState(false);
  const [past, setPast] = useState<Alert[] | null>(null);
  useEffect(() => {
    if (every) void api.alerts(true).then((all) => setPast(all.reverse())).catch(() => setPast([]));
  }, [every, props.station.alerts]);
  const shown = every ? past ?? [] : props.station.alerts;
  return (
    <div class="page">
      <h1>{language.t("alerts")}</h1>
      <div class="tabs" role="group" aria-label={language.t("alerts")}>
        <button aria-pressed={!every} onClick={() => setEvery(false)}>{language.t("active")}</button>
        <button aria-pressed={every} onClick={() => setEvery(true)}>{language.t("all")}</button>
      </div>
      {shown.length === 0 && props.station.loaded && <p class="empty">{language.t("no_alerts")}</p>}
      <ul class="alerts">
        {shown.map((alert) => <AlertCard key={alert.id} alert={alert} {...props} />)}
      </ul>
    </div>
  );
}

function AlertCard(props: { alert: Alert; station: Station; me: Me; choose: (device: string) => void }) {
  const language = useLanguage();
  const { alert } = props;
  const [fault, setFault] = useState("");
  const may = props.me.role === "admin" || props.me.role === "ranger";
  const acknowledge = () => api.acknowledge(alert.id).then(props.station.refresh)
    .catch((error: Error) => setFault(language.t("fault", { what: error.message })));
  return (
    <li class={`alert ${alert.severity} ${alert.state}`}>
      <span class="sign" aria-hidden="true">{signs[alert.severity]}</span>
      <div>
        <h2>{said_by_alert(alert, language)}</h2>
        <p class="dim">
          {language.t(alert.severity)} · {language.t(`state_${alert.state}`)} · {language.t("raised", { when: language.ago(alert.raised) })}
          {" · "}{language.t("last_heard", { when: language.ago(alert.last_heard) })}
          {alert.acknowledged && ` · ${language.t("acknowledged_by", { who: alert.acknowledged_by ?? "", when: language.ago(alert.acknowledged) })}`}
          {alert.cleared && ` · ${language.t("cleared", { when: language.ago(alert.cleared) })}`}
        </p>
        {fault && <p class="fault" role="alert">{fault}</p>}
      </div>
      <div class="row">
        {alert.state === "open" && may && <button class="strong" onClick={acknowledge}>{language.t("acknowledge")}</button>}
        <button onClick={() => props.choose(alert.device)}>{language.t("on_map")}</button>
        <a class="button" href={`#/device/${encodeURIComponent(alert.device)}`}>{language.t("details")}</a>
      </div>
    </li>
  );
}
