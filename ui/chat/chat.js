// The chat's own doing in the browser. Gradio calls this once; `directions` stands before it.
const address = () => new URLSearchParams(location.search);
const go = (parameters, push) => {
  const text = parameters.toString();
  history[push ? "pushState" : "replaceState"](null, "", text ? `?${text}` : location.pathname);
};

// Gradio marks every page as English and left to right.
const wished = [address().get("lang"), ...navigator.languages.map((tag) => tag.split("-")[0])];
const language = wished.find((code) => code in directions) || "en";
document.documentElement.lang = language;
document.documentElement.dir = directions[language];

// -- what the page's address remembers --------------------------------------------------------------------------

window.missiondeskChat = {
  show(id) {
    const parameters = address();
    if ((parameters.get("conversation") || "") === id) return;
    if (id) parameters.set("conversation", id);
    else parameters.delete("conversation");
    go(parameters, false);
  },
  // Said at once: the server's own words may take a while to come.
  asked() {
    const status = document.querySelector(".md-status");
    status.textContent = status.dataset.searching;
    return status.parentElement.outerHTML;
  },
};
const openNamed = () => document.querySelector("#open").click();
addEventListener("popstate", openNamed);

addEventListener("change", ({ target }) => {
  const parameters = address();
  if (target.dataset.wish) {
    if (target.value) parameters.set(target.dataset.wish, target.value);
    else parameters.delete(target.dataset.wish);
    go(parameters, false);
    // Everything that the page says is in its language.
    if (target.dataset.wish === "lang") location.reload();
  } else if (target.dataset.filter) {
    const name = target.dataset.filter;
    parameters.delete(name);
    for (const box of document.querySelectorAll(`[data-filter="${name}"]:checked`)) parameters.append(name, box.value);
    go(parameters, false);
  }
});

// -- what buttons in messages do --------------------------------------------------------------------------------

const put = (question) => {
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
};
const ask = (question) => {
  const button = document.querySelector("#ask");
  if (button.disabled) return;
  put(question);
  requestAnimationFrame(() => button.click());
};
const line = (element) => element.textContent.replace(/\s+/g, " ").trim();
const withReferences = (message) => {
  const said = [...message.querySelectorAll(".md-statement")].map((statement) => {
    const copy = statement.cloneNode(true);
    copy.querySelectorAll(".md-card").forEach((card) => card.remove());
    return line(copy);
  });
  const cards = [...message.querySelectorAll(".md-card")].sort((one, other) => number(one) - number(other));
  const references = cards.map((card) => {
    const facts = [...card.querySelectorAll("h3, .md-facts > :not(.md-uri)")].map(line).filter(Boolean).join(", ");
    return `${facts}\n${card.querySelector(".md-open").href}\n“${line(card.querySelector("blockquote"))}”`;
  });
  return [said.join("\n"), ...references].join("\n\n");
};
const copied = async (message) => {
  await navigator.clipboard.writeText(withReferences(message));
  const status = document.querySelector(".md-status");
  status.textContent = status.dataset.copied;
};

// -- cards at the marks -----------------------------------------------------------------------------------------

const number = (element) => Number(/md-card-(\d+)/.exec(element.className)[1]);
const messageOf = (element) => element.closest(".message-row, .message, [role=log] > *");
const LINGERS = 250; // ms in which the pointer may cross from a mark to its card
let shown = null;
let leaving = 0;

const place = () => {
  const at = shown.mark.getBoundingClientRect();
  const size = shown.card.getBoundingClientRect();
  const edge = 8;
  const left = Math.min(Math.max(edge, at.left), innerWidth - size.width - edge);
  const below = at.bottom + size.height + edge <= innerHeight || at.top < size.height + edge;
  shown.card.style.left = `${Math.max(edge, left)}px`;
  shown.card.style.top = `${Math.max(edge, below ? Math.min(at.bottom, innerHeight - size.height - edge) : at.top - size.height)}px`;
};
const hide = () => {
  clearTimeout(leaving);
  if (shown === null) return;
  const { card, mark } = shown;
  shown = null;
  if (card.matches(":popover-open")) card.hidePopover();
  mark.setAttribute("aria-expanded", "false");
};
const show = (mark) => {
  clearTimeout(leaving);
  if (shown?.mark === mark) return;
  hide();
  const wanted = /\d+/.exec(mark.textContent)[0];
  const card = messageOf(mark)?.querySelector(`.md-card-${wanted}`);
  if (!card) return;
  // Right behind its mark, so that Tab leads into it.
  mark.after(card);
  card.popover = "manual";
  card.setAttribute("aria-label", line(card.querySelector("h3")));
  card.removeAttribute("title");
  if (mark.title) mark.setAttribute("aria-label", `${mark.textContent} ${mark.title}`);
  mark.removeAttribute("title");
  mark.setAttribute("aria-expanded", "true");
  card.showPopover();
  shown = { mark, card };
  place();
};
const leave = () => {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    if (shown && !shown.card.matches(":hover, :focus-within") && !shown.mark.matches(":hover, :focus")) hide();
  }, LINGERS);
};
const inCard = (target) => shown !== null && target instanceof Node && shown.card.contains(target);
const markOf = (target) => (target instanceof Element ? target.closest(".md-mark") : null);

addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType === "touch") return;
  const mark = markOf(target);
  if (mark) show(mark);
  else if (inCard(target)) clearTimeout(leaving);
  else if (shown) leave();
});
addEventListener("focusin", ({ target }) => {
  const mark = markOf(target);
  if (mark) show(mark);
  else if (shown && !inCard(target)) hide();
});
addEventListener("focusout", leave);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || shown === null) return;
  event.preventDefault();
  const { mark, card } = shown;
  const within = card.contains(document.activeElement);
  hide();
  if (within) {
    // The focus goes back to the mark, whose card is not to open again for it.
    mark.focus();
    hide();
  }
});
addEventListener("scroll", (event) => shown && !inCard(event.target) && place(), true);
addEventListener("resize", () => shown && place());

let touched = false;
addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
  if (shown && !inCard(event.target) && !markOf(event.target)) hide();
}, true);

addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest("button");
  const link = target?.closest("a[data-conversation]");
  const mark = markOf(target);
  if (mark && touched) {
    // A tap opens the card, and its link the document.
    event.preventDefault();
    show(mark);
  } else if (button?.matches(".md-suggestion")) ask(line(button));
  else if (button?.matches(".md-retry")) ask(button.value);
  else if (button?.matches(".md-edit")) put(button.value);
  else if (button?.matches(".md-copy")) copied(messageOf(button));
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const parameters = address();
    parameters.set("conversation", link.dataset.conversation);
    go(parameters, true);
    openNamed();
  }
}, true);

// -- the connection ---------------------------------------------------------------------------------------------

const tell = (kind) => {
  if (kind) document.querySelector(".md-status").textContent = "";
  for (const text of document.querySelectorAll("[data-lost]")) text.hidden = text.dataset.lost !== kind;
};
addEventListener("offline", () => tell("offline"));
addEventListener("online", () => tell(null));
const fetchFirst = window.fetch;
window.fetch = async (...asked) => {
  try {
    const response = await fetchFirst(...asked);
    if (navigator.onLine) tell(null);
    return response;
  } catch (error) {
    // Whoever gives up themselves has not lost the server.
    if (error?.name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
    throw error;
  }
};
