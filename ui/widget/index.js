/* For sites that bundle: puts in the line that other sites have in their pages. The widget itself always comes from the
   server that answers, so that the two are never of different versions. */

const NAME = "missiondesk-help";

/** @type {typeof import("./index.d.ts").mountHelp} */
export function mountHelp({ server, site, ...options }) {
  const script = document.createElement("script");
  const address = `${server}`;
  script.src = new URL("widget.js", address.endsWith("/") ? address : `${address}/`).href;
  script.async = true;
  script.dataset.site = site;
  for (const [name, value] of Object.entries(options)) if (value) script.dataset[name] = value;
  return new Promise((resolve, reject) => {
    script.addEventListener("load", () => {
      // It has done its work, and the widget is there, or has stood there before.
      script.remove();
      const all = /** @type {NodeListOf<import("./index.d.ts").HelpElement>} */ (document.querySelectorAll(NAME));
      const help = [...all].find((one) => one.site === site);
      if (help) resolve(help);
      else reject(new Error("This browser is too old for the widget: it shows a link to the help page."));
    });
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error(`The widget could not be loaded from ${script.src}.`));
    });
    document.head.append(script);
  });
}
