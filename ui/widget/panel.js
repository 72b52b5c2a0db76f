/* missiondesk help widget, the panel: loaded with the first click. It asks only the server it came from and keeps
   nothing in the browser. Text is put in as text nodes: no answer or document can become markup. */

// Longer than the server gives itself for an answer (60 s).
const TIME_OUT = 75_000;
const MAX_QUESTION = 2000;
// Seconds that a visitor is kept waiting where there are too many questions, before the next try by itself.
const LONGEST_WAIT = 60;
// Where the page has not named a harmless one.
const EXIT = "https://www.wikipedia.org/";
// Windows in which the panel covers the page, as in the style below.
const COVERS = "(max-width:30em),(max-height:26em)";

const style = new CSSStyleSheet();
style.replaceSync(`
*{box-sizing:border-box}
button,textarea,select{font:inherit;color:inherit}
button,select{cursor:pointer;border:1px solid #0000;border-radius:8px;min-height:32px;padding:.25em .75em;background:#e2e8f0}
.main{background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff);font-weight:600}
:focus-visible{outline:3px solid #b35c00;outline-offset:2px}
header :focus-visible{outline-color:currentColor;outline-offset:-3px}
.panel{position:absolute;inset-block-end:0;inset-inline-end:0;width:min(25em,calc(100vw - 2em));height:min(39em,calc(100vh - 2em));display:flex;flex-direction:column;background:#fff;border:1px solid #a0aec0;border-radius:12px;box-shadow:0 6px 30px #0004;overflow:hidden}
:host(:not(.floating)) .panel{position:static}
@media ${COVERS}{:host(.floating) .panel{position:fixed;inset:0;width:auto;height:auto;border-radius:0;overflow-y:auto}.panel .log{min-height:9em}}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;padding-inline:1em .5em;padding-block:.4em;background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff)}
h2{font-size:1.125em;margin:0}
header button{background:#0000;min-width:40px;min-height:40px;padding:0}
.tools{display:flex;flex-wrap:wrap;gap:.4em;align-items:center;padding:.4em 1em;border-block-end:1px solid #e2e8f0;font-size:.875em}
.log{flex:1;overflow-y:auto;padding:.75em 1em;overflow-wrap:anywhere}
p{margin:0 0 .6em}
.note{font-size:.875em;color:#4a5568}
article{border-block-start:1px solid #e2e8f0;padding-block-start:.75em;margin-block-start:.75em}
.asked{font-weight:600}
.mark{min-height:24px;min-width:24px;padding:0 .25em;margin-inline-start:.25em;border-radius:6px;background:#e6f0fa;color:#0b5394;font-size:.875em;font-weight:600}
.next{display:block;margin:0 0 .5em;text-align:start}
.notice{border-inline-start:4px solid #b7791f;padding-inline-start:.6em}
.error{border-color:#c53030}
details{border:1px solid #cbd5e0;border-radius:8px;margin:0 0 .5em;font-size:.875em}
summary{cursor:pointer;padding:.5em .7em;min-height:24px}
details>div{padding:0 .7em .7em}
blockquote{margin:.4em 0;border-inline-start:3px solid #0b5394;padding-inline-start:.6em}
ul{margin:0 0 .6em;padding-inline-start:1.2em}
a{color:#0b5394;display:inline-block;min-height:24px}
form{display:grid;grid-template-columns:1fr auto;gap:.25em .5em;align-items:end;padding:.6em 1em;border-block-start:1px solid #e2e8f0}
label{grid-column:1/-1;font-size:.875em}
textarea{resize:none;width:100%;min-width:0;border:1px solid #718096;border-radius:8px;padding:.4em .6em;background:#fff}
form button{min-height:44px}
.people{margin:0 1em .6em;flex:none}
.live{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (forced-colors:active){button,select,.mark{border:1px solid}}
@media (prefers-reduced-motion:reduce){*{scroll-behavior:auto!important}}`);

/** An element with attributes and children; strings become text nodes. */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const button = (attributes, text, act) => {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
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

/** The questions of one visitor. The session ends with the page, and is replaced when it has run out. */
class Session {
  constructor(base, site) {
    Object.assign(this, { base, site, token: "", conversation: null });
  }

  async post(path, body, headers, signal) {
    const response = await fetch(new URL(path, this.base), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      credentials: "omit",
      signal,
    });
    if (response.ok || response.status === 401 || response.status === 404) return response;
    const cause = +response.headers.get("Retry-After");
    const { code } = await response.json().catch(() => ({}));
    const over = code === "budget_spent" || cause > 3600 ? "tomorrow" : "busy";
    throw new Failure({ 403: "refused", 429: over }[response.status] || "failed", { cause });
  }

  /** Ask under the session's token; one that has run out is replaced once, and its conversation with it. */
  async ask(question, signal) {
    for (let fresh = !this.token; ; fresh = true) {
      if (fresh) {
        const session = await this.post("v1/widget/sessions", { site: this.site }, {}, signal);
        if (!session.ok) throw new Failure("refused");
        this.token = (await session.json()).token;
        this.conversation = null;
      }
      const headers = { Accept: "text/event-stream", Authorization: `Bearer ${this.token}` };
      const body = { question, conversation: true, conversation_id: this.conversation };
      const response = await this.post("v1/ask", body, headers, signal);
      if (response.ok) return events(response.body);
      if (fresh) throw new Failure("refused");
    }
  }

  /** Have the server forget what was asked; begin anew in any case. */
  forget() {
    const { token, conversation } = this;
    this.token = "";
    this.conversation = null;
    if (!conversation) return;
    const address = new URL(`v1/conversations/${encodeURIComponent(conversation)}`, this.base);
    const headers = { Authorization: `Bearer ${token}` };
    // Without a connection the server forgets it by itself, with the session.
    fetch(address, { method: "DELETE", headers, credentials: "omit", keepalive: true }).catch(() => {});
  }
}

export class Panel {
  constructor(help, words) {
    this.help = help;
    this.session = new Session(help.base, help.site);
    help.shadowRoot.adoptedStyleSheets.push(style);
    this.log = make("div", { class: "log", part: "log", tabindex: "0", role: "group", "aria-labelledby": "title" });
    this.live = make("div", { class: "live", "aria-live": "polite" });
    this.note = make("p", { class: "note" });
    this.log.append(this.note);
    this.input = make("textarea", { id: "question", rows: "2", dir: "auto", maxlength: MAX_QUESTION, required: "required" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.input.form.requestSubmit();
    });
    this.root = make("section", { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title" });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.speak(words);
    help.shadowRoot.append(this.root);
    addEventListener("offline", () => this.working?.abort(new Failure("offline")));
  }

  /** Put everything but what was already said into these words. */
  speak({ language, direction, languages, texts, contacts }) {
    Object.assign(this, { language, direction, texts, people: contacts });
    const select = make("select", { "aria-label": texts.language });
    for (const code of languages) {
      const option = make("option", { value: code, lang: code }, nameOf(code, code));
      option.selected = code === language;
      select.append(option);
    }
    select.addEventListener("change", () => this.choose(select.value));
    this.note.textContent = texts.notice;
    this.send = make("button", { class: "main", part: "ask" }, texts.ask);
    this.halt = button({ part: "stop" }, texts.stop, () => this.working.abort(new Failure("stopped")));
    const form = make("form", {}, make("label", { for: "question" }, texts.question), this.input, this.send, this.halt);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const question = this.input.value.trim();
      if (!question || this.working) return;
      this.input.value = "";
      this.turn(question);
    });
    this.root.lang = language;
    this.root.dir = this.help.dir = direction;
    this.root.replaceChildren(
      make("header", { part: "header" }, make("h2", { id: "title" }, texts.title), button({ "aria-label": texts.close }, "✕", () => this.hide())),
      make("div", { class: "tools" }, select, button({}, texts.clear, () => this.clear()), button({ class: "exit" }, texts.exit, () => this.leave())),
      this.log, form,
      ...(contacts.length ? [make("details", { class: "people" }, make("summary", {}, texts.person), make("div", {}, this.list(contacts)))] : []),
      this.live,
    );
    this.select = select;
    this.show_working();
  }

  async choose(language) {
    const { help } = this;
    const before = this.language;
    help.language = language;
    try {
      this.speak(await help.words());
      help.chosen = true;
      help.label();
      this.select.focus();
    } catch {
      help.language = this.select.value = before;
      this.say(this.texts[navigator.onLine ? "failed" : "offline"]);
    }
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.hide();
    if (event.key !== "Tab" || !matchMedia(COVERS).matches) return;
    // Where the panel covers the page, the focus would be lost behind it.
    const stops = [...this.root.querySelectorAll("button,select,summary,textarea,a,[tabindex]")].filter((stop) => stop.checkVisibility());
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.help.shadowRoot.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  async show() {
    const { help } = this;
    for (const other of document.querySelectorAll(help.localName)) if (other !== help) other.close();
    if (help.language !== this.language) this.speak(await help.words());
    this.visible(true);
    help.tell("open");
  }

  hide() {
    if (this.root.hidden) return;
    this.visible(false);
    this.help.tell("close");
  }

  visible(visible) {
    const { launcher } = this.help;
    this.root.hidden = !visible;
    launcher.hidden = visible;
    launcher.setAttribute("aria-expanded", visible);
    (visible ? this.input : launcher).focus();
  }

  /** Forget everything that was said, here and on the server. */
  clear() {
    this.working?.abort(new Failure("cleared"));
    this.session.forget();
    this.log.replaceChildren(this.note);
    this.live.textContent = "";
    this.input.value = "";
    this.input.focus();
  }

  /** Leave at once, for a page that says nothing about this one; "back" does not lead here. */
  leave() {
    this.clear();
    this.root.hidden = true;
    location.replace(this.help.options.exit || EXIT);
  }

  say(text, language = this.language) {
    this.live.lang = language;
    this.live.textContent = text;
  }

  show_working() {
    const hadFocus = this.help.shadowRoot.activeElement === this.halt;
    this.send.hidden = !!this.working;
    this.halt.hidden = !this.working;
    if (hadFocus) this.input.focus();
  }

  /** Ask one question and show what comes; `article` is given when it is asked again. */
  async turn(question, article = this.log.appendChild(make("article")), waited = false) {
    const { texts } = this;
    const working = (this.working = new AbortController());
    const status = make("p", { class: "note" }, texts.searching);
    const [statements, sources] = [make("div"), make("div")];
    article.lang = this.language;
    article.dir = this.direction;
    article.replaceChildren(make("p", { class: "asked" }, make("span", {}, `${texts.asked} `), make("bdi", {}, question)), statements, status, sources);
    article.scrollIntoView({ block: "nearest" });
    this.show_working();
    if (!waited) {
      this.say(texts.searching);
      this.help.tell("ask");
    }
    const time = setTimeout(() => working.abort(new Failure("failed")), TIME_OUT);
    let wait = 0;
    try {
      if (!navigator.onLine) throw new Failure("offline");
      const answer = await this.receive(question, statements, sources, working.signal);
      this.say(`${texts.ready} ${answer.status === "answered" ? answer.statements.map(({ text }) => text).join(" ") : answer.text}`, answer.language);
      this.help.tell("answered", { status: answer.status, citations: answer.citations.length });
    } catch (error) {
      const failure = working.signal.aborted ? working.signal.reason : error;
      let key = failure instanceof Failure ? failure.message : statements.firstChild ? "cut" : navigator.onLine ? "failed" : "offline";
      if (key === "cleared") return;
      if (key === "busy" && !waited && failure.cause <= LONGEST_WAIT) wait = failure.cause;
      if (wait && !(await this.countdown(wait, status, working.signal))) {
        wait = 0;
        key = working.signal.reason.message;
      }
      if (!wait && key !== "cleared") this.fail(key, article, () => this.turn(question, article));
    } finally {
      clearTimeout(time);
      if (this.working === working) this.working = null;
      this.show_working();
    }
    if (wait) return this.turn(question, article, true);
    status.remove();
    article.scrollIntoView({ block: article.offsetHeight > this.log.clientHeight ? "start" : "nearest" });
  }

  /** Wait and show how long; false when the visitor has ended it. */
  async countdown(seconds, status, signal) {
    const inSeconds = new Intl.NumberFormat(this.language, { style: "unit", unit: "second", unitDisplay: "long" });
    this.say(this.texts.waiting);
    for (let left = seconds; left > 0 && !signal.aborted; left--) {
      status.textContent = `${this.texts.waiting} ${inSeconds.format(left)}`;
      await new Promise((done) => {
        setTimeout(done, 1000);
        signal.addEventListener("abort", done);
      });
    }
    return !signal.aborted;
  }

  async receive(question, statements, sources, signal) {
    const known = new Map();
    const cite = (citation) => {
      if (known.has(citation.number)) return;
      const details = this.source(citation);
      known.set(citation.number, { citation, details });
      sources.append(details);
    };
    for await (const [name, data] of await this.session.ask(question, signal)) {
      if (signal.aborted) throw signal.reason;
      this.session.conversation = data.conversation_id || this.session.conversation;
      if (name === "delta") {
        data.citations.forEach(cite);
        statements.append(this.statement(data.statement, known));
      } else if (name === "answer") {
        this.keepingPlace(statements, sources, () => {
          known.clear();
          sources.replaceChildren();
          data.citations.forEach(cite);
          statements.replaceChildren(...this.whole(data, known));
          if (data.suggestions.length) sources.append(...this.suggestions(data.suggestions));
        });
        return data;
      } else if (name === "error") throw new Failure(data.status === 429 ? "busy" : "failed");
    }
    throw new Error("The stream ended before the answer was whole.");
  }

  /** Replace what is shown, but not the visitor's place in it: the focus, and the quotes that are open. */
  keepingPlace(statements, sources, replace) {
    const stops = () => [...statements.querySelectorAll(".mark"), ...sources.querySelectorAll("summary")];
    const focused = stops().indexOf(this.help.shadowRoot.activeElement);
    const open = [...sources.children].map((details) => details.open);
    replace();
    open.forEach((isOpen, number) => isOpen && sources.children[number]?.setAttribute("open", ""));
    stops()[focused]?.focus();
  }

  whole(data, known) {
    const searched = data.searched && make("p", { class: "note", lang: data.language, dir: "auto" }, `${this.texts.searched} ${data.searched}`);
    const answered = data.status === "answered";
    return [
      ...(searched ? [searched] : []),
      ...(answered ? data.statements.map((statement) => this.statement(statement, known)) : [this.notice(data.text, data.language)]),
      ...data.warnings.map((warning) => this.notice(warning.text, data.language)),
      ...this.contacts(data.contacts),
    ];
  }

  notice(text, language) {
    return make("p", { class: "notice", lang: language, dir: "auto" }, text);
  }

  /** Where to turn instead of an answer. */
  contacts(contacts) {
    return contacts.length ? [make("p", {}, this.texts.contacts), this.list(contacts)] : [];
  }

  list(contacts) {
    const ways = ({ phone, email, url }) => [[phone, `tel:${phone?.replace(/[^+\d]/g, "")}`], [email, `mailto:${email}`], [url, url]];
    const link = ([text, href]) => [" ", make("a", { href, dir: "ltr", target: "_blank", rel: "noopener" }, text)];
    return make("ul", {}, ...contacts.map((contact) => make("li", {}, make("bdi", {}, contact.name), ...ways(contact).filter(([text]) => text).flatMap(link))));
  }

  statement({ text, citations }, known) {
    const cited = citations.map((number) => known.get(number)).filter(Boolean);
    const language = cited.find(({ citation }) => citation.quote.replace(/\s+/g, " ") === text)?.citation.language;
    const paragraph = make("p", { class: "statement", part: "statement", dir: "auto", lang: language }, text);
    for (const { citation, details } of cited) {
      const name = `${this.texts.source} ${citation.number}: ${citation.title}`;
      const mark = button({ class: "mark", part: "mark", lang: this.language, "aria-label": name }, `${citation.number}`, () => {
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
    const buttons = found.map(({ text, language }) =>
      button({ class: "next", lang: language, dir: "auto" }, text, () => {
        if (this.working) return;
        this.input.focus();
        this.turn(text);
      }),
    );
    return [make("p", { class: "note" }, this.texts.next), ...buttons];
  }

  source({ number, title, language, date, page, quote, url, translation }) {
    const { texts } = this;
    const facts = [date && this.date(date), page && `${texts.page} ${page}`, nameOf(language, this.language)];
    const address = this.documentPage(url);
    return make(
      "details", { part: "source" },
      make("summary", {}, `${number}. `, make("bdi", { lang: language }, title)),
      make(
        "div", {},
        make("div", { class: "note" }, facts.filter(Boolean).join(" · ")),
        make("blockquote", { lang: language, dir: "auto" }, quote),
        ...(translation ? [make("p", {}, make("span", { class: "note" }, texts.translation), " ", make("bdi", { lang: translation.language }, translation.text))] : []),
        ...(address ? [make("a", { href: address, target: "_blank", rel: "noopener" }, texts.open)] : []),
      ),
    );
  }

  /** The address of a document's page on the widget's own server, or null for anything else. */
  documentPage(path) {
    if (!/^\/documents\/[^/]/.test(path)) return null;
    const { base } = this.help;
    const url = new URL(path.slice(1), base);
    return url.origin === new URL(base).origin ? url.href : null;
  }

  fail(key, article, again) {
    const text = this.texts[key];
    article.append(make("p", { class: "notice error" }, text));
    this.say(text);
    if (key !== "refused" && key !== "tomorrow") {
      const retry = button({ class: "retry" }, this.texts.retry, () => {
        if (this.working) return;
        this.input.focus();
        again();
      });
      article.append(retry);
    }
    article.append(...this.contacts(this.people));
  }

  date(day) {
    return new Intl.DateTimeFormat(this.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
  }
}

/** The name of a language, in words of another. */
function nameOf(code, language) {
  return code === "und" ? "" : new Intl.DisplayNames([language, "en"], { type: "language" }).of(code);
}
