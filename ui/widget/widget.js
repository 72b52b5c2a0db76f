/* missiondesk help widget: one file, no dependency. It keeps nothing in the browser, asks only the server it came
   from, and asks that only after a click. Text is put in as text nodes: no answer or document can become markup. */
(() => {
  "use strict";
  const NAME = "missiondesk-help";
  const script = document.currentScript;
  if (!script || customElements.get(NAME)) return;
  const BASE = new URL(".", script.src);
  const SITE = script.dataset.site || "";
  const LANGUAGE = script.dataset.language || script.closest("[lang]")?.lang || navigator.language || "en";
  // Longer than the server gives itself for an answer (60 s).
  const TIME_OUT = 75_000;
  const MAX_QUESTION = 2000;
  // Seconds that a visitor is kept waiting where there are too many questions, before the next try by itself.
  const LONGEST_WAIT = 60;
  // The only words needed before the click; all others come with it, in one language.
  const LABELS = {
    en: "Help", it: "Aiuto", ro: "Ajutor", fr: "Aide", es: "Ayuda", ar: "مساعدة", uk: "Допомога", so: "Caawin", ru: "Помощь",
  };

  const style = new CSSStyleSheet();
  style.replaceSync(`
:host{all:initial!important;position:fixed!important;inset-block-end:16px!important;inset-inline-end:16px!important;z-index:2147483000!important;font:16px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans Arabic",sans-serif!important;color:#1a202c!important}
*{box-sizing:border-box}
[hidden]{display:none!important}
button,textarea{font:inherit;color:inherit}
button{cursor:pointer;border:0;border-radius:8px;min-height:32px;padding:4px 12px;background:#e2e8f0}
.main{background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff);font-weight:600}
.launch{min-height:48px;padding:8px 22px;border-radius:24px;box-shadow:0 2px 10px #0005}
:focus-visible{outline:3px solid #f6ad55;outline-offset:2px}
.panel{position:absolute;inset-block-end:0;inset-inline-end:0;width:min(400px,calc(100vw - 32px));height:min(620px,calc(100vh - 32px));display:flex;flex-direction:column;background:#fff;border:1px solid #a0aec0;border-radius:12px;box-shadow:0 6px 30px #0004;overflow:hidden}
header{display:flex;justify-content:space-between;align-items:center;padding:8px 8px 8px 16px;background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff)}
header:dir(rtl){padding:8px 16px 8px 8px}
h2{font-size:18px;margin:0}
header button{background:#0000;font-size:20px;min-width:40px;min-height:40px;padding:0}
.log{flex:1;overflow-y:auto;padding:12px 16px;overflow-wrap:anywhere}
p{margin:0 0 10px}
.note{font-size:14px;color:#4a5568}
article{border-block-start:1px solid #e2e8f0;padding-block-start:12px;margin-block-start:12px}
.asked{font-weight:600}
.mark{min-height:24px;min-width:24px;padding:0 4px;margin-inline-start:4px;border-radius:6px;background:#e6f0fa;color:#0b5394;font-size:14px;font-weight:600}
.next{display:block;margin:0 0 8px;text-align:start}
.notice{border-inline-start:4px solid #b7791f;padding-inline-start:10px}
.error{border-color:#c53030}
details{border:1px solid #cbd5e0;border-radius:8px;margin:0 0 8px;font-size:14px}
summary{cursor:pointer;padding:8px 10px;min-height:24px}
details>div{padding:0 10px 10px}
blockquote{margin:6px 0;border-inline-start:3px solid #0b5394;padding-inline-start:10px}
a{color:#0b5394}
form{display:grid;grid-template-columns:1fr auto;gap:4px 8px;align-items:end;padding:10px 16px 14px;border-block-start:1px solid #e2e8f0}
label{grid-column:1/-1;font-size:14px}
textarea{resize:none;width:100%;border:1px solid #718096;border-radius:8px;padding:6px 10px;background:#fff}
form button{min-height:44px}
button[disabled]{opacity:.55;cursor:default}
.live{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}`);

  /** An element with attributes and children; strings become text nodes. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /** The address of a document's page on the widget's own server, or null for anything else. */
  const documentPage = (path) => {
    if (!/^\/documents\/[^/]/.test(path)) return null;
    const url = new URL(path.slice(1), BASE);
    return url.origin === BASE.origin ? url.href : null;
  };

  /** What went wrong, as the key of the text that says so; its cause: the seconds until another try. */
  class Failure extends Error {}

  /** Parse server-sent events from a response's body as they come: yields [name, data]. */
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        let name = "message";
        const data = [];
        for (const line of block.split(/\r?\n/)) {
          if (line.startsWith("event:")) name = line.slice(6).trim();
          if (line.startsWith("data:")) data.push(line.slice(5));
        }
        if (data.length) yield [name, JSON.parse(data.join("\n"))];
      }
    }
  }

  // Both end with the page; what was asked in the conversation is the server's to know.
  let token = "";
  let conversation = null;
  const post = async (path, body, headers, signal) => {
    const response = await fetch(new URL(path, BASE), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      credentials: "omit",
      signal,
    });
    if (response.ok || response.status === 401 || response.status === 404) return response;
    const cause = +response.headers.get("Retry-After");
    throw new Failure({ 403: "refused", 429: cause > 3600 ? "tomorrow" : "busy" }[response.status] || "failed", { cause });
  };

  /** Ask under the session's token; one that has run out is replaced once, and its conversation with it. */
  const ask = async (question) => {
    const signal = AbortSignal.timeout(TIME_OUT);
    for (let fresh = !token; ; fresh = true) {
      if (fresh) {
        const session = await post("v1/widget/sessions", { site: SITE }, {}, signal);
        if (!session.ok) throw new Failure("refused");
        token = (await session.json()).token;
        conversation = null;
      }
      const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
      const response = await post("v1/ask", { question, conversation: true, conversation_id: conversation }, headers, signal);
      if (response.ok) return events(response.body);
      if (fresh) throw new Failure("refused");
    }
  };

  class Help extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [style];
      const code = LANGUAGE.split("-")[0].toLowerCase();
      const label = script.dataset.label || LABELS[code] || LABELS.en;
      this.launcher = make("button", { class: "main launch", part: "launcher", "aria-expanded": "false", type: "button" }, label);
      this.launcher.addEventListener("click", () => this.open());
      root.append(this.launcher);
    }

    async open() {
      if (!this.panel) {
        this.launcher.disabled = true;
        try {
          await this.load();
        } catch {
          this.launcher.title = "⚠ HTTP";
          return;
        } finally {
          this.launcher.disabled = false;
        }
      }
      this.show(true);
    }

    async load() {
      const response = await fetch(new URL(`widget/texts/${encodeURIComponent(LANGUAGE)}.json`, BASE), { credentials: "omit" });
      if (!response.ok) throw new Failure("failed");
      const { language, direction, texts } = await response.json();
      Object.assign(this, { language, texts });
      this.build(direction);
    }

    build(direction) {
      const { texts } = this;
      const close = make("button", { type: "button", "aria-label": texts.close }, "✕");
      close.addEventListener("click", () => this.show(false));
      this.log = make("div", { class: "log", tabindex: "0", role: "group", "aria-labelledby": "title" }, make("p", { class: "note" }, texts.notice));
      this.input = make("textarea", { id: "question", rows: "2", dir: "auto", maxlength: MAX_QUESTION, required: "required" });
      this.send = make("button", { class: "main" }, texts.ask);
      const form = make("form", {}, make("label", { for: "question" }, texts.question), this.input, this.send);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const question = this.input.value.trim();
        if (!question || this.send.disabled) return;
        this.input.value = "";
        this.turn(question);
      });
      this.input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      });
      this.live = make("div", { class: "live", "aria-live": "polite" });
      this.panel = make(
        "section",
        { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", lang: this.language, dir: direction },
        make("header", {}, make("h2", { id: "title" }, texts.title), close), this.log, form, this.live,
      );
      this.panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.isComposing) this.show(false);
      });
      this.shadowRoot.append(this.panel);
    }

    show(visible) {
      this.panel.hidden = !visible;
      this.launcher.hidden = visible;
      this.launcher.setAttribute("aria-expanded", visible);
      (visible ? this.input : this.launcher).focus();
    }

    /** Ask one question and show what comes; `article` is given when it is asked again. */
    async turn(question, article = this.log.appendChild(make("article")), waited = false) {
      const { texts } = this;
      const status = make("p", { class: "note" }, texts.searching);
      const statements = make("div");
      const sources = make("div");
      const asked = make("p", { class: "asked" }, make("span", {}, `${texts.asked} `), make("bdi", {}, question));
      article.replaceChildren(asked, statements, status, sources);
      article.scrollIntoView({ block: "nearest" });
      this.send.disabled = true;
      this.live.textContent = texts.searching;
      try {
        await this.receive(question, statements, sources);
        this.live.textContent = texts.ready;
      } catch (error) {
        const key = error instanceof Failure ? error.message : statements.firstChild ? "cut" : "failed";
        if (!waited && key === "busy" && error.cause && error.cause <= LONGEST_WAIT) {
          this.live.textContent = status.textContent = texts.waiting;
          await new Promise((done) => setTimeout(done, error.cause * 1000));
          return this.turn(question, article, true);
        }
        this.fail(key, article, () => this.turn(question, article));
      }
      status.remove();
      this.send.disabled = false;
      article.scrollIntoView({ block: article.offsetHeight > this.log.clientHeight ? "start" : "nearest" });
    }

    async receive(question, statements, sources) {
      const known = new Map();
      const cite = (citation) => {
        if (known.has(citation.number)) return;
        const details = this.source(citation);
        known.set(citation.number, { citation, details });
        sources.append(details);
      };
      for await (const [name, data] of await ask(question)) {
        conversation = data.conversation_id || conversation;
        if (name === "delta") {
          data.citations.forEach(cite);
          statements.append(this.statement(data.statement, known));
        } else if (name === "answer") {
          known.clear();
          sources.replaceChildren();
          data.citations.forEach(cite);
          statements.replaceChildren(
            ...(data.searched ? [make("p", { class: "note", lang: data.language, dir: "auto" }, `${this.texts.searched} ${data.searched}`)] : []),
            ...(data.status === "answered"
              ? data.statements.map((statement) => this.statement(statement, known))
              : [this.notice(data.text, data.language)]),
            ...data.warnings.map((warning) => this.notice(warning.text, data.language)),
            ...this.contacts(data.contacts),
          );
          if (data.suggestions.length) sources.append(...this.suggestions(data.suggestions));
          return;
        } else if (name === "error") throw new Failure(data.status === 429 ? "busy" : "failed");
      }
      throw new Error("The stream ended before the answer was whole.");
    }

    notice(text, language) {
      return make("p", { class: "notice", lang: language, dir: "auto" }, text);
    }

    /** Where to turn instead of an answer. */
    contacts(contacts) {
      const ways = ({ phone, email, url }) => [[phone, `tel:${phone?.replace(/[^+\d]/g, "")}`], [email, `mailto:${email}`], [url, url]];
      const link = ([text, href]) => [" ", make("a", { href, dir: "ltr", target: "_blank", rel: "noopener" }, text)];
      const items = contacts.map((contact) =>
        make("li", {}, make("bdi", {}, contact.name), ...ways(contact).filter(([text]) => text).flatMap(link)),
      );
      return items.length ? [make("p", {}, this.texts.contacts), make("ul", {}, ...items)] : [];
    }

    statement({ text, citations }, known) {
      const cited = citations.map((number) => known.get(number)).filter(Boolean);
      const language = cited.find(({ citation }) => citation.quote.replace(/\s+/g, " ") === text)?.citation.language;
      const paragraph = make("p", { class: "statement", dir: "auto", lang: language }, text);
      for (const { citation, details } of cited) {
        const name = `${this.texts.source} ${citation.number}: ${citation.title}`;
        const mark = make("button", { class: "mark", type: "button", lang: this.language, "aria-label": name }, `${citation.number}`);
        mark.addEventListener("click", () => {
          details.open = true;
          details.firstChild.focus();
          details.scrollIntoView({ block: "nearest" });
        });
        paragraph.append(mark);
      }
      return paragraph;
    }

    /** What may be asked next, in the documents' own words: each asks itself. */
    suggestions(found) {
      const buttons = found.map(({ text, language }) => {
        const button = make("button", { class: "next", type: "button", lang: language, dir: "auto" }, text);
        button.addEventListener("click", () => {
          if (this.send.disabled) return;
          this.input.focus();
          this.turn(text);
        });
        return button;
      });
      return [make("p", { class: "note" }, this.texts.next), ...buttons];
    }

    source({ number, title, language, date, page, quote, url, translation }) {
      const facts = [date && this.date(date), page && `${this.texts.page} ${page}`, this.languageName(language)];
      const address = documentPage(url);
      const open = address ? [make("a", { href: address, target: "_blank", rel: "noopener" }, this.texts.open)] : [];
      return make(
        "details", {},
        make("summary", {}, `${number}. `, make("bdi", { lang: language }, title)),
        make(
          "div", {},
          make("div", { class: "note" }, facts.filter(Boolean).join(" · ")),
          make("blockquote", { lang: language, dir: "auto" }, quote),
          ...(translation ? [make("p", {}, make("span", { class: "note" }, this.texts.translation), " ", make("bdi", { lang: translation.language }, translation.text))] : []),
          ...open,
        ),
      );
    }

    fail(key, article, again) {
      const text = this.texts[key];
      const notice = make("p", { class: "notice error" }, text);
      article.append(notice);
      this.live.textContent = text;
      if (key === "refused" || key === "tomorrow") return;
      const retry = make("button", { type: "button" }, this.texts.retry);
      retry.addEventListener("click", () => {
        this.input.focus();
        again();
      });
      article.append(retry);
    }

    date(day) {
      return new Intl.DateTimeFormat(this.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
    }

    languageName(code) {
      return code === "und" ? "" : new Intl.DisplayNames([this.language, "en"], { type: "language" }).of(code);
    }
  }

  customElements.define(NAME, Help);
  const mount = () => document.body.append(document.createElement(NAME));
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
