/* What the visitor thinks of one answer. The focus moves with what is shown, so that nothing need be announced. */
import { button, make } from "./elements.js";
import { Failure } from "./session.js";

const LONGEST_COMMENT = 1000;
// The server takes no more of an answer.
const LONGEST_ANSWER = 10_000;

export class Rating {
  /**
   * @param {import("./session.js").Session} session
   * @param {import("./wire.d.ts").Words} words
   * @param {string} question
   * @param {string} answer
   */
  constructor(session, words, question, answer) {
    this.session = session;
    this.words = words;
    this.question = question;
    this.answer = answer.slice(0, LONGEST_ANSWER);
    this.sending = false;
    this.element = make("div", { class: "rating", part: "rating" });
    this.choose();
  }

  /** The two thumbs; their signs are for the eye only. */
  choose() {
    const { texts } = this.words;
    const helpful = button({}, texts.helpful, () => this.send({ rating: "helpful" }));
    const unhelpful = button({ "aria-expanded": "false" }, texts.unhelpful, () => this.explain());
    helpful.prepend(make("span", { "aria-hidden": "true" }, "👍 "));
    unhelpful.prepend(make("span", { "aria-hidden": "true" }, "👎 "));
    this.element.replaceChildren(helpful, unhelpful);
    return unhelpful;
  }

  /** Ask for a reason, which nobody has to give. */
  explain() {
    const { texts, reasons } = this.words;
    const options = reasons.map(({ reason, text }) =>
      make("label", {}, make("input", { type: "radio", name: "reason", value: reason }), ` ${text}`),
    );
    const comment = make("textarea", { rows: 2, dir: "auto", maxlength: LONGEST_COMMENT, autocomplete: "off" });
    const include = make("input", { type: "checkbox" });
    const legend = make("legend", { tabindex: "-1" }, texts.reason);
    const form = make(
      "form", { class: "why" },
      make("fieldset", {}, legend, ...options),
      make("label", {}, texts.comment, comment),
      make("label", {}, include, ` ${texts.include}`),
      make("div", { class: "rating" }, make("button", { class: "main" }, texts.send), button({}, texts.cancel, () => this.choose().focus())),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(form).get("reason");
      const chosen = reasons.find(({ reason }) => reason === given);
      const words = include.checked && { question: this.question, answer: this.answer, include_question: true, include_answer: true };
      this.send({ rating: chosen?.rating || "not_helpful", reason: chosen?.reason, comment: comment.value.trim() || null, ...words });
    });
    this.element.replaceChildren(form);
    legend.focus();
  }

  /** @param {object} opinion */
  async send(opinion) {
    if (this.sending) return;
    this.sending = true;
    const { texts } = this.words;
    try {
      await this.session.rate(opinion);
      const thanks = make("p", { class: "note", tabindex: "-1" }, texts.thanks);
      this.element.replaceChildren(thanks);
      thanks.focus();
    } catch (failure) {
      const key = failure instanceof Failure && failure.key !== "cleared" ? failure.key : navigator.onLine ? "failed" : "offline";
      this.fail(texts[key]);
    } finally {
      this.sending = false;
    }
  }

  /**
   * Below what was chosen, so that it can be sent again.
   * @param {string} text
   */
  fail(text) {
    this.element.querySelector(".error")?.remove();
    const line = make("p", { class: "notice error", tabindex: "-1" }, text);
    this.element.append(line);
    line.focus();
  }
}
