/* missiondesk help widget, the part that every visitor loads: a link to the help page, which opens the panel in its
   place. It keeps nothing in the browser and asks for nothing before the click. */
(() => {
  "use strict";
  const NAME = "missiondesk-help";
  const script = document.currentScript;
  if (!script) return;
  // Put in by the server, so that the parts of two versions never meet in a browser's cache.
  const VERSION = "";
  const BASE = new URL(".", script.src).href;
  const OPTIONS = script.dataset;
  const SITE = OPTIONS.site || "";
  // The only words needed before the click: what the link says, and what it says without a connection.
  const LABELS = {
    en: ["Help", "No connection"], it: ["Aiuto", "Nessuna connessione"], ro: ["Ajutor", "Fără conexiune"],
    fr: ["Aide", "Pas de connexion"], es: ["Ayuda", "Sin conexión"], ar: ["مساعدة", "لا يوجد اتصال"],
    uk: ["Допомога", "Немає з'єднання"], so: ["Caawin", "Xiriir ma jiro"], ru: ["Помощь", "Нет связи"],
  };
  const STYLE = `
:host{all:initial!important;display:block!important;font:medium/1.5 var(--missiondesk-font,system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans Arabic",sans-serif)!important;color:#1a202c!important}
:host(.floating){position:fixed!important;inset-block-end:calc(1em + var(--missiondesk-offset,0em))!important;inset-inline-end:1em!important;z-index:2147483000!important}
[hidden]{display:none!important}
.launch{box-sizing:border-box;display:inline-flex;align-items:center;min-height:3em;min-width:3em;padding:.5em 1.4em;border:1px solid #0000;border-radius:1.5em;background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff);font-weight:600;text-decoration:none;box-shadow:0 2px 10px #0005;cursor:pointer}
:focus-visible{outline:3px solid #b35c00;outline-offset:2px}`;

  /** The first part of a language tag, where there are words for it. */
  const known = (tag) => {
    const code = (tag || "").split(/[-_]/)[0].toLowerCase();
    return LABELS[code] ? code : "";
  };
  const helpPage = (base, site, language) => `${base}help?site=${encodeURIComponent(site)}&language=${language}`;
  const pageLanguage = (options, element) => {
    const marked = element && element.closest("[lang]");
    return known(options.language) || known(marked && marked.lang) || known(navigator.language) || "en";
  };
  const labelText = (options, language) => options.label || LABELS[language][0];

  /** Tells the host's page what happens; never what is asked or answered. */
  const bus = window.missiondesk || (window.missiondesk = new EventTarget());

  class Help extends HTMLElement {
    /** One class serves all scripts on a page, so that everything of one script is given to its element. */
    constructor(given) {
      super();
      Object.assign(this, given);
    }

    connectedCallback() {
      this.follow();
      if (this.shadowRoot) return;
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [this.sheet];
      const launcher = (this.launcher = document.createElement("a"));
      launcher.className = "launch";
      for (const [name, value] of [["part", "launcher"], ["role", "button"], ["aria-expanded", "false"]]) launcher.setAttribute(name, value);
      launcher.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || this.broken) return;
        event.preventDefault();
        this.open();
      });
      launcher.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        launcher.click();
      });
      this.shadowRoot.append(launcher);
      this.label();
    }

    /** Take the language of the page as it is now; one that the visitor chose stays. */
    follow() {
      if (!this.chosen) this.language = pageLanguage(this.options, this.parentElement);
      this.dir = this.language === "ar" ? "rtl" : "ltr";
    }

    label(offline = false) {
      this.launcher.lang = this.language;
      this.launcher.href = helpPage(this.base, this.site, this.language);
      this.launcher.textContent = offline ? LABELS[this.language][1] : labelText(this.options, this.language);
    }

    async words() {
      const address = `${this.base}widget/texts/${this.language}.json?site=${encodeURIComponent(this.site)}&v=${this.version}`;
      const response = await fetch(address, { credentials: "omit" });
      if (!response.ok) throw new Error(`The words of the help came with status ${response.status}.`);
      return response.json();
    }

    async open() {
      if (this.opening) return;
      this.opening = true;
      try {
        if (!this.panel) {
          const parts = [import(`${this.base}widget/panel.js?v=${this.version}`), this.words()];
          const [{ Panel }, words] = await Promise.all(parts);
          this.panel = new Panel(this, words);
        }
        await this.panel.show();
      } catch (error) {
        if (navigator.onLine) {
          // Whatever keeps the panel from working here, the page that the link leads to needs none of it.
          this.broken = true;
          this.launcher.click();
        } else {
          this.label(true);
          addEventListener("online", () => this.label(), { once: true });
        }
      } finally {
        this.opening = false;
      }
    }

    close() {
      if (this.panel) this.panel.hide();
    }

    tell(name, detail = {}) {
      bus.dispatchEvent(new CustomEvent(name, { detail: { site: this.site, ...detail } }));
    }
  }

  const mount = () => {
    const place = OPTIONS.target && document.querySelector(OPTIONS.target);
    if (!("adoptedStyleSheets" in document)) {
      // An older browser gets the link itself.
      const link = document.createElement("a");
      const language = pageLanguage(OPTIONS, document.body);
      link.href = helpPage(BASE, SITE, language);
      link.textContent = labelText(OPTIONS, language);
      (place || document.body).append(link);
      return;
    }
    if (!customElements.get(NAME)) customElements.define(NAME, Help);
    const others = [...document.querySelectorAll(NAME)];
    // A tag manager may put the script in twice.
    if (others.some((other) => other.site === SITE && other.base === BASE)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const help = new (customElements.get(NAME))({ site: SITE, base: BASE, version: VERSION, options: OPTIONS, sheet });
    if (!place) {
      help.classList.add("floating");
      // Side by side rather than one upon the other.
      const floating = others.filter((other) => other.classList.contains("floating")).length;
      if (floating) sheet.insertRule(`:host{--missiondesk-offset:${floating * 3.75}em}`);
    }
    (place || document.body).append(help);
    new MutationObserver(() => {
      help.follow();
      help.label();
    }).observe(document.documentElement, { attributeFilter: ["lang"] });
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link || event.defaultPrevented || !link.href.startsWith(`${BASE}help?`) || help.broken) return;
      if (new URL(link.href).searchParams.get("site") !== SITE) return;
      event.preventDefault();
      help.open();
    });
  };
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
