/* What the widget's two files give each other, and what the server sends them. */

export interface Given {
  site: string;
  base: string;
  version: string;
  options: DOMStringMap;
  sheet: CSSStyleSheet;
}

/** The launcher's element, as the panel sees it. */
export interface Help extends HTMLElement {
  site: string;
  base: string;
  options: DOMStringMap;
  language: string;
  chosen: boolean;
  root: ShadowRoot;
  launcher: HTMLAnchorElement;
  words(): Promise<Words>;
  label(): void;
  close(): void;
  tell(name: string, detail?: object): void;
}

export type Key =
  | "title" | "notice" | "close" | "question" | "ask" | "asked" | "searching" | "searched" | "next" | "ready" | "page"
  | "source" | "open" | "translation" | "contacts" | "failed" | "busy" | "waiting" | "tomorrow" | "refused" | "cut"
  | "retry" | "stop" | "stopped" | "offline" | "clear" | "exit" | "person" | "language" | "helpful" | "unhelpful"
  | "reason" | "comment" | "include" | "send" | "cancel" | "thanks";

export interface Reason {
  reason: string;
  rating: string;
  text: string;
}

export interface Contact {
  name: string;
  phone?: string | null;
  email?: string | null;
  url?: string | null;
}

export interface Words {
  language: string;
  direction: string;
  languages: string[];
  texts: Record<Key, string> & { welcome?: string };
  reasons: Reason[];
  contacts: Contact[];
}

export interface Citation {
  number: number;
  title: string;
  language: string;
  date: string | null;
  page: number | null;
  quote: string;
  url: string;
  translation?: { text: string; language: string } | null;
}

export interface Statement {
  text: string;
  citations: number[];
}

export interface Suggestion {
  text: string;
  language: string;
}

export interface Answer {
  status: "answered" | "no_answer";
  language: string;
  text: string;
  searched?: string | null;
  statements: Statement[];
  citations: Citation[];
  warnings: { text: string }[];
  contacts: Contact[];
  suggestions: Suggestion[];
}

export type Event = { conversation_id?: string | null } & (
  | { name: "sources" }
  | { name: "delta"; statement: Statement; citations: Citation[] }
  | ({ name: "answer" } & Answer)
  | { name: "error"; status?: number }
);

/** A citation with what shows it. */
export interface Shown {
  citation: Citation;
  details: HTMLDetailsElement;
}
