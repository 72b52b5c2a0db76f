/* missiondesk help widget, the panel: loaded with the first click. It asks only the server it came from and keeps
   nothing in the browser. Text is put in as text nodes: no answer or document can become markup. */
import { button, make, nameOf } from "./elements.js";
import { COVERS, style } from "./panel_style.js";
import { Rating } from "./rating.js";
import { Failure, Session } from "./session.js";

// Longer than the server gives itself for an answer (60 s).
const TIME_OUT = 75_000;
const MAX_QUESTION = 2000;
// Seconds that a visitor is kept waiting where there are too many questions, before the next try by itself.
const LONGEST_WAIT = 60;
// Where the page has not named a harmless one.
const EXIT = "https://www.wikipedia.org/";

/**
 * @typedef {import("./wire.d.ts").Answer} Answer
 * @typedef {import("./wire.d.ts").Citation} Citation
 * @typedef {import("./wire.d.ts").Contact} Contact
 * @typedef {import("./wire.d.ts").Key} Key
 * @typedef {import("./wire.d.ts").Shown} Shown
 * @typedef {import("./wire.d.ts").Statement} Statement
 * @typedef {import("./wire.d.ts").Words} Words
 */

export class Panel {
  /**
   * @param {import("./wire.d.ts").Help} help
   * @param {Words} words
   */
  constructor(help, words) {
    this.help = help;
    this.words = words;
    this.session = new Session(help.base, help.site);
    /** What is being answered. @type {AbortController | null} */
    this.working = null;
    help.root.adoptedStyleSheets.push(style);
    this.log = make("div", { class: "log", part: "log", tabindex: "0", role: "group", "aria-labelledby": "title" });
    this.live = make("div", { class: "live", "aria-live": "polite" });
    this.note = make("div", { class: "note" });
    this.log.append(this.note);
    this.input = make("textarea", { id: "question", rows: "2", maxlength: MAX_QUESTION, required: "required" });
    // An empty field that finds its direction by itself would begin on the left of an Arabic panel.
    this.input.addEventListener("input", () => (this.input.dir = this.input.value ? "auto" : ""));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.input.form?.requestSubmit();
    });
    this.send = make("button", { class: "main", part: "ask" });
    this.halt = button({ part: "stop" }, "", () => this.working?.abort(new Failure("stopped")));
    this.select = make("select");
    this.select.addEventListener("change", () => this.choose(this.select.value));
    this.root = make("section", { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title" });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.speak(words);
    help.root.append(this.root);
    addEventListener("offline", () => this.working?.abort(new Failure("offline")));
  }

  /**
   * Put everything but what was already said into these words.
   * @param {Words} words
   */
  speak(words) {
    this.words = words;
    const { language, direction, languages, texts, contacts } = words;
    this.select.setAttribute("aria-label", texts.language);
    this.select.replaceChildren(...languages.map((code) => make("option", { value: code, lang: code }, nameOf(code, code))));
    this.select.value = language;
    this.note.replaceChildren(...[texts.welcome, texts.notice].flatMap((text) => (text ? [make("p", { dir: "auto" }, text)] : [])));
    this.send.textContent = texts.ask;
    this.halt.textContent = texts.stop;
    const form = make("form", { class: "ask" }, make("label", { for: "question" }, texts.question), this.input, this.send, this.halt);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const question = this.input.value.trim();
      if (!question || this.working) return;
      this.input.value = this.input.dir = "";
      this.turn(question);
    });
    this.root.lang = language;
    this.root.dir = this.help.dir = direction;
    this.root.replaceChildren(
      make("header", { part: "header" }, make("h2", { id: "title" }, texts.title), button({ "aria-label": texts.close }, "✕", () => this.hide())),
      make("div", { class: "tools" }, this.select, button({}, texts.clear, () => this.clear()), button({ class: "exit" }, texts.exit, () => this.leave())),
      this.log, form,
      ...(contacts.length ? [make("details", { class: "people" }, make("summary", {}, texts.person), make("div", {}, this.list(contacts)))] : []),
      this.live,
    );
    this.show_working();
  }

  /** @param {string} language */
  async choose(language) {
    const { help } = this;
    const before = this.words.language;
    help.language = language;
    try {
      this.speak(await help.words());
      help.chosen = true;
      help.label();
      this.select.focus();
    } catch {
      help.language = this.select.value = before;
      this.say(this.words.texts[navigator.onLine ? "failed" : "offline"]);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.hide();
    if (event.key !== "Tab" || !matchMedia(COVERS).matches) return;
    // Where the panel covers the page, the focus would be lost behind it.
    /** @type {NodeListOf<HTMLElement>} */
    const all = this.root.querySelectorAll('button,select,summary,input,textarea,a,[tabindex="0"]');
    const stops = [...all].filter((stop) => stop.checkVisibility());
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.help.root.activeElement !== from) return;
    event.preventDefault();
    to?.focus();
  }

  async show() {
    const { help } = this;
    const others = /** @type {NodeListOf<import("./wire.d.ts").Help>} */ (document.querySelectorAll(help.localName));
    for (const other of others) if (other !== help) other.close();
    if (help.language !== this.words.language) this.speak(await help.words());
    this.visible(true);
    help.tell("open");
  }

  hide() {
    if (this.root.hidden) return;
    this.visible(false);
    this.help.tell("close");
  }

  /** @param {boolean} visible */
  visible(visible) {
    const { launcher } = this.help;
    this.root.hidden = !visible;
    launcher.hidden = visible;
    launcher.setAttribute("aria-expanded", `${visible}`);
    (visible ? this.input : launcher).focus();
  }

  /** Forget everything that was said, here and on the server. */
  clear() {
    this.working?.abort(new Failure("cleared"));
    this.session.forget();
    this.log.replaceChildren(this.note);
    this.live.textContent = "";
    this.input.value = this.input.dir = "";
    this.input.focus();
  }

  /** Leave at once, for a page that says nothing about this one; "back" does not lead here. */
  leave() {
    this.clear();
    this.root.hidden = true;
    location.replace(this.help.options.exit || EXIT);
  }

  /**
   * Announce it to those who do not see the panel.
   * @param {string} text
   */
  say(text, language = this.words.language) {
    this.live.lang = language;
    this.live.textContent = text;
  }

  show_working() {
    const hadFocus = this.help.root.activeElement === this.halt;
    this.send.hidden = !!this.working;
    this.halt.hidden = !this.working;
    if (hadFocus) this.input.focus();
  }

  /**
   * Ask one question and show what comes; `article` is given when it is asked again.
   * @param {string} question
   * @returns {Promise<void>}
   */
  async turn(question, article = this.log.appendChild(make("article")), waited = false) {
    const { words } = this;
    const { texts } = words;
    const working = (this.working = new AbortController());
    const status = make("p", { class: "note" }, texts.searching);
    const [statements, sources] = [make("div"), make("div")];
    article.lang = words.language;
    article.dir = words.direction;
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
      article.append(new Rating(this.session, words, question, answer.text).element);
      this.say(`${texts.ready} ${answer.status === "answered" ? answer.statements.map(({ text }) => text).join(" ") : answer.text}`, answer.language);
      this.help.tell("answered", { status: answer.status, citations: answer.citations.length });
    } catch (error) {
      let failure = this.failure(working.signal.aborted ? working.signal.reason : error, !!statements.firstChild);
      if (failure.key === "cleared") return;
      if (failure.key === "busy" && !waited && failure.wait <= LONGEST_WAIT) wait = failure.wait;
      if (wait && !(await this.countdown(wait, status, working.signal))) {
        wait = 0;
        failure = working.signal.reason;
      }
      if (!wait && failure.key !== "cleared") this.fail(failure.key, article, () => this.turn(question, article));
    } finally {
      clearTimeout(time);
      if (this.working === working) this.working = null;
      this.show_working();
    }
    if (wait) return this.turn(question, article, true);
    status.remove();
    article.scrollIntoView({ block: article.offsetHeight > this.log.clientHeight ? "start" : "nearest" });
  }

  /**
   * What to say of an error, when some of the answer is shown or none of it.
   * @param {unknown} error
   * @param {boolean} begun
   */
  failure(error, begun) {
    if (error instanceof Failure) return error;
    return new Failure(begun ? "cut" : navigator.onLine ? "failed" : "offline");
  }

  /**
   * Wait and show how long; false when the visitor has ended it.
   * @param {number} seconds
   * @param {Element} status
   * @param {AbortSignal} signal
   */
  async countdown(seconds, status, signal) {
    const { language, texts } = this.words;
    const inSeconds = new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "long" });
    this.say(texts.waiting);
    for (let left = seconds; left > 0 && !signal.aborted; left--) {
      status.textContent = `${texts.waiting} ${inSeconds.format(left)}`;
      await new Promise((done) => {
        setTimeout(done, 1000);
        signal.addEventListener("abort", done);
      });
    }
    return !signal.aborted;
  }

  /**
   * @param {string} question
   * @param {HTMLElement} statements
   * @param {HTMLElement} sources
   * @param {AbortSignal} signal
   */
  async receive(question, statements, sources, signal) {
    /** @type {Map<number, Shown>} */
    const known = new Map();
    /** @param {Citation} citation */
    const cite = (citation) => {
      if (known.has(citation.number)) return;
      const details = this.source(citation);
      known.set(citation.number, { citation, details });
      sources.append(details);
    };
    for await (const event of await this.session.ask(question, signal)) {
      if (signal.aborted) throw signal.reason;
      this.session.conversation = event.conversation_id || this.session.conversation;
      if (event.name === "delta") {
        event.citations.forEach(cite);
        statements.append(this.statement(event.statement, known));
      } else if (event.name === "answer") {
        this.keepingPlace(statements, sources, () => {
          known.clear();
          sources.replaceChildren();
          event.citations.forEach(cite);
          statements.replaceChildren(...this.whole(event, known));
          if (event.suggestions.length) sources.append(...this.suggestions(event.suggestions));
        });
        return event;
      } else if (event.name === "error") throw new Failure(event.status === 429 ? "busy" : "failed");
    }
    throw new Error("The stream ended before the answer was whole.");
  }

  /**
   * Replace what is shown, but not the visitor's place in it: the focus, and the quotes that are open.
   * @param {HTMLElement} statements
   * @param {HTMLElement} sources
   * @param {() => void} replace
   */
  keepingPlace(statements, sources, replace) {
    const stops = () => /** @type {HTMLElement[]} */ ([...statements.querySelectorAll(".mark"), ...sources.querySelectorAll("summary")]);
    const focused = stops().findIndex((stop) => stop === this.help.root.activeElement);
    const open = [...sources.children].map((details) => details.hasAttribute("open"));
    replace();
    open.forEach((isOpen, number) => isOpen && sources.children[number]?.setAttribute("open", ""));
    stops()[focused]?.focus();
  }

  /**
   * @param {Answer} data
   * @param {Map<number, Shown>} known
   */
  whole(data, known) {
    const searched = data.searched && make("p", { class: "note", lang: data.language, dir: "auto" }, `${this.words.texts.searched} ${data.searched}`);
    const answered = data.status === "answered";
    return [
      ...(searched ? [searched] : []),
      ...(answered ? data.statements.map((statement) => this.statement(statement, known)) : [this.notice(data.text, data.language)]),
      ...data.warnings.map((warning) => this.notice(warning.text, data.language)),
      ...this.contacts(data.contacts),
    ];
  }

  /**
   * @param {string} text
   * @param {string} language
   */
  notice(text, language) {
    return make("p", { class: "notice", lang: language, dir: "auto" }, text);
  }

  /**
   * Where to turn instead of an answer.
   * @param {Contact[]} contacts
   */
  contacts(contacts) {
    return contacts.length ? [make("p", {}, this.words.texts.contacts), this.list(contacts)] : [];
  }

  /** @param {Contact[]} contacts */
  list(contacts) {
    /** @type {(href: string, text: string | null | undefined) => (Node | string)[]} */
    const link = (href, text) => (text ? [" ", make("a", { href, dir: "ltr", target: "_blank", rel: "noopener" }, text)] : []);
    const items = contacts.map(({ name, phone, email, url }) =>
      make("li", {}, make("bdi", {}, name), ...link(`tel:${phone?.replace(/[^+\d]/g, "")}`, phone), ...link(`mailto:${email}`, email), ...link(`${url}`, url)),
    );
    return make("ul", {}, ...items);
  }

  /**
   * @param {Statement} statement
   * @param {Map<number, Shown>} known
   */
  statement({ text, citations }, known) {
    const cited = citations.flatMap((number) => known.get(number) || []);
    const language = cited.find(({ citation }) => citation.quote.replace(/\s+/g, " ") === text)?.citation.language;
    const paragraph = make("p", { class: "statement", part: "statement", dir: "auto", lang: language }, text);
    for (const { citation, details } of cited) {
      const name = `${this.words.texts.source} ${citation.number}: ${citation.title}`;
      const mark = button({ class: "mark", part: "mark", lang: this.words.language, "aria-label": name }, `${citation.number}`, () => {
        details.open = true;
        details.querySelector("summary")?.focus();
        details.scrollIntoView({ block: "nearest" });
      });
      paragraph.append(mark);
    }
    return paragraph;
  }

  /**
   * What may be asked next, in the documents' own words: each asks itself.
   * @param {import("./wire.d.ts").Suggestion[]} found
   */
  suggestions(found) {
    const buttons = found.map(({ text, language }) =>
      button({ class: "next", lang: language, dir: "auto" }, text, () => {
        if (this.working) return;
        this.input.focus();
        this.turn(text);
      }),
    );
    return [make("p", { class: "note" }, this.words.texts.next), ...buttons];
  }

  /** @param {Citation} citation */
  source({ number, title, language, date, page, quote, url, translation }) {
    const { texts, language: own } = this.words;
    const facts = [date && this.date(date), page && `${texts.page} ${page}`, nameOf(language, own)];
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

  /**
   * The address of a document's page on the widget's own server, or null for anything else.
   * @param {string} path
   */
  documentPage(path) {
    if (!/^\/documents\/[^/]/.test(path)) return null;
    const { base } = this.help;
    const url = new URL(path.slice(1), base);
    return url.origin === new URL(base).origin ? url.href : null;
  }

  /**
   * @param {Key} key
   * @param {HTMLElement} article
   * @param {() => void} again
   */
  fail(key, article, again) {
    const { texts, contacts } = this.words;
    const text = texts[key];
    article.append(make("p", { class: "notice error" }, text));
    this.say(text);
    if (key !== "refused" && key !== "tomorrow") {
      const retry = button({ class: "retry" }, texts.retry, () => {
        if (this.working) return;
        this.input.focus();
        again();
      });
      article.append(retry);
    }
    article.append(...this.contacts(contacts));
  }

  /** @param {string} day */
  date(day) {
    return new Intl.DateTimeFormat(this.words.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
  }
}
