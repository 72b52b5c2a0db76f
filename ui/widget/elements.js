/* Elements made of text: no answer or document can become markup. */

/**
 * An element with attributes and children; strings become text nodes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | null | undefined | false>} attributes
 * @param {(Node | string)[]} children
 */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, `${value}`);
  element.append(...children);
  return element;
};

/** @type {(attributes: Record<string, string>, text: string, act: () => void) => HTMLButtonElement} */
export const button = (attributes, text, act) => {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
};

/**
 * The name of a language, in words of another.
 * @param {string} code
 * @param {string} language
 */
export const nameOf = (code, language) =>
  (code !== "und" && new Intl.DisplayNames([language, "en"], { type: "language" }).of(code)) || "";
