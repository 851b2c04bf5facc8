import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { AlertsPage } from "./alerts";
import { api, type Fault, type Me } from "./api";
import { DevicePage } from "./device";
import { FieldsPage } from "./fields";
import { Login } from "./login";
import { MapPage } from "./map";
import { said_by_alert } from "./sayings";
import { useStation } from "./store";
import "./style.css";
import { chosen_language, Language, LanguageContext, languages } from "./words";

type Theme = "light" | "dark";
const system = matchMedia("(prefers-color-scheme: dark)");

function useHash(): string {
  const [hash, setHash] = useState(location.hash.slice(1) || "/");
  useEffect(() => {
    const changed = () => setHash(location.hash.slice(1) || "/");
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return hash;
}

function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(
    (localStorage.getItem("theme") as Theme | null) ?? (system.matches ? "dark" : "light"));
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new Event("sengi:theme"));
  }, [theme]);
  const other = theme === "dark" ? "light" : "dark";
  return [theme, () => { localStorage.setItem("theme", other); setTheme(other); }];
}

function App() {
  const [code, setCode] = useState(chosen_language());
  const language = useMemo(() => new Language(code), [code]);
  useEffect(() => {
    document.documentElement.lang = code;
    document.documentElement.dir = language.direction;
    document.title = `Sengi · ${language.t("title")}`;
  }, [language]);
  const [me, setMe] = useState<Me | null | "unknown">("unknown");
  const [unreachable, setUnreachable] = useState(false);
  const ask = () => api.me().then((who) => { setMe(who); setUnreachable(false); }).catch((fault: Fault) => {
    if (fault.status === 401) setMe(null);
    else { setUnreachable(true); setTimeout(ask, 5000); }
  });
  useEffect(() => { void ask(); }, []);
  const choose_language = (next: string) => { localStorage.setItem("language", next); setCode(next); };
  return (
    <LanguageContext.Provider value={language}>
      {unreachable && <p class="banner" role="alert">{language.t("unreachable")}</p>}
      {me === null && <Login done={ask} />}
      {me !== null && me !== "unknown" && <Station me={me} choose_language={choose_language} gone={() => setMe(null)} language={language} />}
    </LanguageContext.Provider>
  );
}

function Station(props: { me: Me; language: Language; choose_language: (code: string) => void; gone: () => void }) {
  const { me, language } = props;
  const station = useStation();
  const hash = useHash();
  const [theme, toggle] = useTheme();
  const [chosen, setChosen] = useState<string | null>(null);
  const [, device] = /^\/device\/(.+)$/.exec(hash) ?? [];
  const show_on_map = (one: string) => { setChosen(one); location.hash = "#/"; };
  const tab = (path: string, text: string, count = 0) => (
    <a href={`#${path}`} aria-current={hash === path ? "page" : undefined}>{text}{count > 0 && <b class="count">{language.number(count)}</b>}</a>
  );
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById("content")!.focus(); }}>{language.t("skip")}</a>
      <header>
        <strong class="brand">Sengi</strong>
        <nav aria-label={language.t("title")}>
          {tab("/", language.t("map"))}
          {me.role !== "guest" && tab("/alerts", language.t("alerts"), station.alerts.length)}
          {me.role !== "guest" && tab("/fields", language.t("fields"))}
        </nav>
        <span class={station.live ? "live on" : "live"}>{language.t(station.live ? "live" : "not_live")}</span>
        <select aria-label={language.t("language")} value={language.code} onChange={(event) => props.choose_language(event.currentTarget.value)}>
          {Object.entries(languages).map(([code, name]) => <option value={code} lang={code}>{name}</option>)}
        </select>
        <button aria-label={language.t("theme")} aria-pressed={theme === "dark"} onClick={toggle}>{theme === "dark" ? "☀" : "☾"}</button>
        {me.asks_names && <button onClick={() => void api.logout().finally(props.gone)}>{language.t("logout")}</button>}
      </header>
      {station.fault && <p class="banner" role="alert">{language.t("unreachable")}</p>}
      <p class="fresh" role="status">{station.fresh && <a href="#/alerts">{language.t("new_alert", { what: said_by_alert(station.fresh, language) })}</a>}</p>
      <main id="content" tabIndex={-1}>
        {hash === "/" && <MapPage station={station} me={me} chosen={chosen} choose={setChosen} />}
        {hash === "/alerts" && <AlertsPage station={station} me={me} choose={show_on_map} />}
        {hash === "/fields" && <FieldsPage station={station} />}
        {device && <DevicePage key={device} device={decodeURIComponent(device)} station={station} theme={theme} choose={show_on_map} />}
      </main>
    </>
  );
}

render(<App />, document.getElementById("app")!);
