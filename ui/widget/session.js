/* What a visitor asks of the server. Nothing is kept in the browser: it ends with the page. */

/** What went wrong, as the key of the text that says so. */
export class Failure extends Error {
  /**
   * @param {import("./wire.d.ts").Key | "cleared"} key
   * @param {number} wait seconds until another try; 0: the visitor decides
   */
  constructor(key, wait = 0) {
    super(key);
    this.key = key;
    this.wait = wait;
  }
}

/**
 * Parse server-sent events from a response's body as they come.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<import("./wire.d.ts").Event>}
 */
async function* events(body) {
  /** @type {ReadableStream<string>} */
  const text = body.pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream()));
  const reader = text.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() || "";
    for (const block of blocks) {
      let name = "message";
      const data = [];
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        if (line.startsWith("data:")) data.push(line.slice(5));
      }
      if (data.length) yield { ...JSON.parse(data.join("\n")), name };
    }
  }
}

/** The questions of one visitor. The session ends with the page, and is replaced when it has run out. */
export class Session {
  /**
   * @param {string} base
   * @param {string} site
   */
  constructor(base, site) {
    this.base = base;
    this.site = site;
    this.token = "";
    /** @type {string | null} */
    this.conversation = null;
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {Record<string, string>} headers
   * @param {AbortSignal | null} signal
   */
  async post(path, body, headers, signal) {
    const response = await fetch(new URL(path, this.base), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      credentials: "omit",
      signal,
    });
    if (response.ok || response.status === 401 || response.status === 404) return response;
    const wait = Number(response.headers.get("Retry-After"));
    const { code } = await response.json().catch(() => ({}));
    if (response.status === 403) throw new Failure("refused");
    if (response.status !== 429) throw new Failure("failed");
    throw new Failure(code === "budget_spent" || wait > 3600 ? "tomorrow" : "busy", wait);
  }

  /**
   * Post under the session's token; one that has run out is replaced once, and its conversation with it.
   * @param {string} path
   * @param {() => object} body
   * @param {AbortSignal | null} signal
   * @param {Record<string, string>} headers
   */
  async send(path, body, signal = null, headers = {}) {
    for (let fresh = !this.token; ; fresh = true) {
      if (fresh) {
        const session = await this.post("v1/widget/sessions", { site: this.site }, {}, signal);
        if (!session.ok) throw new Failure("refused");
        this.token = (await session.json()).token;
        this.conversation = null;
      }
      const response = await this.post(path, body(), { ...headers, Authorization: `Bearer ${this.token}` }, signal);
      if (response.ok) return response;
      if (fresh) throw new Failure("refused");
    }
  }

  /**
   * @param {string} question
   * @param {AbortSignal} signal
   */
  async ask(question, signal) {
    const body = () => ({ question, conversation: true, conversation_id: this.conversation });
    const response = await this.send("v1/ask", body, signal, { Accept: "text/event-stream" });
    if (!response.body) throw new Failure("failed");
    return events(response.body);
  }

  /**
   * What the visitor thinks of an answer.
   * @param {object} opinion
   */
  async rate(opinion) {
    await this.send("v1/feedback", () => opinion);
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
