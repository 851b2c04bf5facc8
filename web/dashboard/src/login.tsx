import { useState } from "preact/hooks";
import { api, Fault } from "./api";
import { useLanguage } from "./words";

export function Login(props: { done: () => void }) {
  const language = useLanguage();
  const [fault, setFault] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    try {
      await api.login(String(form.get("name")), String(form.get("password")));
      props.done();
    } catch (error) {
      const status = (error as Fault).status;
      setFault(language.t(status === 401 ? "login_wrong" : status === 429 ? "login_wait" : "unreachable"));
    }
  };
  return (
    <main class="login" id="content">
      <h1>Sengi</h1>
      <form onSubmit={submit}>
        <label>{language.t("name")}<input name="name" autocomplete="username" required /></label>
        <label>{language.t("password")}<input name="password" type="password" autocomplete="current-password" required /></label>
        <p class="fault" role="alert">{fault}</p>
        <button class="strong">{language.t("login")}</button>
      </form>
    </main>
  );
}
