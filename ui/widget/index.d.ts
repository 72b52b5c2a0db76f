/** What `data-*` attributes are in the line of other sites. */
export interface HelpOptions {
  /** The address of the missiondesk server, such as `https://help.example.org`. */
  server: string | URL;
  /** The site's id, as the server's administrators give it: public, and no secret. */
  site: string;
  /** A language tag, where it is not to be the page's. */
  language?: string;
  /** What the button says, in place of "Help". */
  label?: string;
  /** A CSS selector of the element to stand in, in place of the window's corner. */
  target?: string;
  /** Where "quick exit" leads: a harmless page. */
  exit?: string;
}

export interface HelpElement extends HTMLElement {
  readonly site: string;
  /** Open the panel; it is loaded with the first time. */
  open(): Promise<void>;
  close(): void;
}

/** Never what is asked or answered. */
export interface HelpEvents {
  open: CustomEvent<{ site: string }>;
  close: CustomEvent<{ site: string }>;
  ask: CustomEvent<{ site: string }>;
  answered: CustomEvent<{ site: string; status: "answered" | "no_answer"; citations: number }>;
}

export interface HelpBus extends EventTarget {
  addEventListener<K extends keyof HelpEvents>(
    type: K, listener: (event: HelpEvents[K]) => void, options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HelpEvents>(
    type: K, listener: (event: HelpEvents[K]) => void, options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * Put the widget into the page; once for a site, however often it is called.
 * Rejects where the server cannot be reached, and in a browser that is too old and gets a link to the help page.
 */
export function mountHelp(options: HelpOptions): Promise<HelpElement>;

declare global {
  interface Window {
    /** Tells the page what happens in the widgets on it. May be made before they are loaded. */
    missiondesk?: HelpBus | EventTarget;
  }
  interface HTMLElementTagNameMap {
    "missiondesk-help": HelpElement;
  }
}
