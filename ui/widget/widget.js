/* missiondesk help widget, the part that every visitor loads: a link to the help page, which opens the panel in its
   place. It keeps nothing in the browser and asks for nothing before the click. */
(() => {
  "use strict";
  const NAME = "missiondesk-help";
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  // Put in by the server, so that the parts of two versions never meet in a browser's cache.
  const VERSION = "";
  const OPTIONS = script.dataset;
  // A site that keeps a copy of this file names the server.
  const BASE = new URL(".", OPTIONS.server || script.src).href;
  const SITE = OPTIONS.site || "";
  // The only words needed before the click: what the link says, and what it says without a connection.
  /** @type {Record<string, [string, string]>} */
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

  /**
   * The first part of a language tag, where there are words for it.
   * @param {string | null | undefined} tag
   */
  const known = (tag) => {
    const code = (tag || "").replace(/[-_].*/, "").toLowerCase();
    return LABELS[code] ? code : "";
  };
  /** @type {(base: string, site: string, language: string) => string} */
  const helpPage = (base, site, language) => `${base}help?site=${encodeURIComponent(site)}&language=${language}`;
  /** @type {(options: DOMStringMap, element: Element | null) => string} */
  const pageLanguage = (options, element) => {
    const marked = element && element.closest("[lang]");
    return known(options.language) || known(marked && marked.getAttribute("lang")) || known(navigator.language) || "en";
  };
  /** @type {(language: string) => [string, string]} */
  const labels = (language) => LABELS[language] || ["Help", ""];
  /** @type {(options: DOMStringMap, language: string) => string} */
  const labelText = (options, language) => options.label || labels(language)[0];

  /** Tells the host's page what happens; never what is asked or answered. */
  const bus = window.missiondesk || (window.missiondesk = new EventTarget());

  class Help extends HTMLElement {
    /**
     * One class serves all scripts on a page, so that everything of one script is given to its element.
     * @param {import("./wire.d.ts").Given} given
     */
    constructor(given) {
      super();
      this.site = given.site;
      this.base = given.base;
      this.version = given.version;
      this.options = given.options;
      this.language = "en";
      /** Whether the visitor has chosen the language. */
      this.chosen = false;
      this.opening = false;
      this.broken = false;
      /** @type {import("./panel.js").Panel | null} */
      this.panel = null;
      this.root = this.attachShadow({ mode: "open" });
      this.root.adoptedStyleSheets = [given.sheet];
      const launcher = (this.launcher = document.createElement("a"));
      launcher.className = "launch";
      launcher.setAttribute("part", "launcher");
      launcher.setAttribute("role", "button");
      launcher.setAttribute("aria-expanded", "false");
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
      this.root.append(launcher);
    }

    connectedCallback() {
      this.follow();
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
      this.launcher.textContent = offline ? labels(this.language)[1] : labelText(this.options, this.language);
    }

    /** @returns {Promise<import("./wire.d.ts").Words>} */
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
          /** @type {Promise<typeof import("./panel.js")>} */
          const module = import(`${this.base}widget/panel.js?v=${this.version}`);
          const [{ Panel }, words] = await Promise.all([module, this.words()]);
          this.panel = new Panel(this, words);
        }
        await this.panel.show();
      } catch {
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

    /**
     * @param {string} name
     * @param {object} detail
     */
    tell(name, detail = {}) {
      bus.dispatchEvent(new CustomEvent(name, { detail: { site: this.site, ...detail } }));
    }
  }

  const mount = () => {
    const place = OPTIONS.target && document.querySelector(OPTIONS.target);
    if (!("adoptedStyleSheets" in Document.prototype)) {
      // An older browser gets the link itself.
      const link = document.createElement("a");
      const language = pageLanguage(OPTIONS, document.body);
      link.href = helpPage(BASE, SITE, language);
      link.textContent = labelText(OPTIONS, language);
      (place || document.body).append(link);
      return;
    }
    if (!customElements.get(NAME)) customElements.define(NAME, Help);
    const others = /** @type {Help[]} */ ([...document.querySelectorAll(NAME)]);
    // A tag manager may put the script in twice.
    if (others.some((other) => other.site === SITE && other.base === BASE)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const Defined = customElements.get(NAME) || Help;
    const help = /** @type {Help} */ (new Defined({ site: SITE, base: BASE, version: VERSION, options: OPTIONS, sheet }));
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
      /** @type {HTMLAnchorElement | null} */
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!link || event.defaultPrevented || !link.href.startsWith(`${BASE}help?`) || help.broken || !help.isConnected) return;
      if (new URL(link.href).searchParams.get("site") !== SITE) return;
      event.preventDefault();
      help.open();
    });
  };
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
