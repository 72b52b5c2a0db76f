// The library tab's own doing in the browser. It stands behind chat.js in the same function.
{
  const POLL = 1500; // ms between looks at jobs that are at work
  const said = {};
  window.missiondeskLibrary = { said };
  const part = (name) => document.querySelector(`#library-${name}`);
  let listing = {};
  const opened = new Set();

  // What is said goes with the event of a button that nobody sees, one for each kind of event.
  const press = (name, about = {}) => {
    said[name] = JSON.stringify(about);
    document.querySelector(`#press-${name}`)?.click();
  };
  const pressJobs = (about = {}) => press("jobs", { opened: [...opened], ...about });
  const refresh = () => {
    if (part("search")?.contains(document.activeElement)) press("list", listing);
    else press("show", { listing, opened: [...opened] });
  };

  // -- which tab is open ------------------------------------------------------------------------------------------

  const isOpen = () => document.documentElement.dataset.tab === "library";
  const showTab = () => {
    document.documentElement.dataset.tab = address().get("tab") || "";
    for (const link of document.querySelectorAll("[data-tab]:not(html)")) {
      if (link.dataset.tab === document.documentElement.dataset.tab) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  showTab();
  addEventListener("popstate", () => {
    showTab();
    if (isOpen()) refresh();
  });
  const openTab = (tab) => {
    const parameters = address();
    if (tab) parameters.set("tab", tab);
    else parameters.delete("tab");
    go(parameters, true);
    showTab();
    if (isOpen()) refresh();
  };

  // -- what is read keeps its place when a part is shown anew -----------------------------------------------------

  let key = null; // of what had the focus last
  let wanted = null; // of what is to have it next
  let awaited = null; // the id of a job that is not in the list yet
  let wasLive = false;
  addEventListener("focusin", ({ target }) => {
    key = target.closest?.("#library") ? target.dataset.key || null : null;
  });
  const focusOn = (name) => {
    const found = document.querySelector(`#library [data-key="${CSS.escape(name)}"]`);
    found?.focus();
    // What is not shown takes no focus: the line that will say what was done is not there before it says something.
    return Boolean(found) && document.activeElement === found;
  };
  const settled = (parts) => {
    if (wanted && parts.has("library-document") && focusOn(wanted)) wanted = null;
    else if (key && document.activeElement === document.body) focusOn(key);
    if (!parts.has("library-jobs") || (awaited && !part("jobs").querySelector(`[data-id="${awaited}"]`))) return;
    awaited = null;
    const live = Boolean(part("jobs").querySelector("[data-live]"));
    if (wasLive && !live) {
      // This line is never shown anew itself, so a change of it is read out.
      const stage = part("jobs").querySelector(".md-lib-stage");
      if (stage) document.querySelector("[data-library=files] .md-lib-said").textContent = line(stage);
      refresh();
    }
    wasLive = live;
  };
  new MutationObserver((changes) => {
    if (!isOpen()) return;
    const parts = new Set(changes.map(({ target }) => target.closest?.("[id^=library-]")?.id));
    if ([...parts].some(Boolean)) settled(parts);
  }).observe(document.body, { childList: true, subtree: true });
  setInterval(() => isOpen() && !document.hidden && wasLive && pressJobs(), POLL);

  // -- taking in --------------------------------------------------------------------------------------------------

  const tellForm = (form, code) => {
    const name = `say${code.replace(/(^|[_-])(\w)/g, (_, __, letter) => letter.toUpperCase())}`;
    form.querySelector(".md-lib-said").textContent = form.dataset[name] || form.dataset.sayOther;
  };
  const codeOf = (request, form) => {
    if (request.status === 202) return "sent";
    if (request.status === 401 || request.status === 403) return "access_denied";
    if (request.status === 507) return "storage_low";
    try {
      const { code } = JSON.parse(request.responseText);
      return code === "invalid_request" && form.dataset.library === "addresses" ? "bad_address" : code;
    } catch {
      return "other";
    }
  };
  const post = (form, body, type) => {
    const request = new XMLHttpRequest();
    const [bar, button] = [form.querySelector(".md-lib-sending"), form.querySelector("[type=submit]")];
    request.open("POST", "/v1/documents");
    if (type) request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = ({ loaded, total }) => {
      bar.max = total || 1;
      bar.value = loaded;
    };
    const end = (code) => {
      bar.hidden = true;
      button.disabled = false;
      tellForm(form, code);
      if (code !== "sent") return;
      form.reset();
      listChosen(form);
      // It may have come to its end before it is looked at for the first time.
      wasLive = true;
      awaited = JSON.parse(request.responseText).id;
      pressJobs();
    };
    request.onload = () => end(codeOf(request, form));
    request.onerror = () => end("lost");
    bar.hidden = false;
    button.disabled = true;
    form.querySelector(".md-lib-said").textContent = "";
    request.send(body);
  };
  const submitFiles = (form) => {
    const size = [...form.querySelector("[type=file]").files].reduce((sum, file) => sum + file.size, 0);
    // The server hangs up on what is too large, and browsers take that for a lost connection.
    if (size > Number(form.dataset.largest)) tellForm(form, "body_too_large");
    else post(form, new FormData(form));
  };
  const submitAddresses = (form) => {
    const { urls, audience, collection } = Object.fromEntries(new FormData(form));
    const named = urls.split(/\s+/).filter(Boolean);
    post(form, JSON.stringify({ urls: named, audience, collection }), "application/json");
  };
  const listChosen = (form) => {
    const list = form.querySelector(".md-lib-chosen");
    if (!list) return;
    const size = new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
    list.replaceChildren(
      ...[...form.querySelector("[type=file]").files].map((file) => {
        const item = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = file.name;
        item.append(name, ` (${size.format(Math.max(1, file.size / 1000))})`);
        return item;
      }),
    );
  };
  const zoneOf = (target) => (target instanceof Element ? target.closest(".md-lib-drop") : null);
  addEventListener("dragover", (event) => {
    if (!isOpen()) return;
    // Dropped beside the zone, a file would take the page's place.
    event.preventDefault();
    zoneOf(event.target)?.classList.add("md-lib-over");
  });
  addEventListener("dragleave", ({ target }) => zoneOf(target)?.classList.remove("md-lib-over"));
  addEventListener("drop", (event) => {
    if (!isOpen()) return;
    event.preventDefault();
    const zone = zoneOf(event.target);
    if (!zone || !event.dataTransfer.files.length) return;
    zone.classList.remove("md-lib-over");
    zone.querySelector("input").files = event.dataTransfer.files;
    listChosen(zone.closest("form"));
  });

  // -- the list and the opened document ---------------------------------------------------------------------------

  const submitList = (form) => {
    listing = Object.fromEntries(new FormData(form));
    press("list", listing);
  };
  const current = () => {
    const { id, tag } = part("document").querySelector("[data-tag]").dataset;
    return { id, tag, listing };
  };
  const submitAmendment = (form) => {
    wanted = "said";
    press("amend", { ...current(), amendment: Object.fromEntries(new FormData(form)) });
  };
  const submitting = { files: submitFiles, addresses: submitAddresses, list: submitList, amend: submitAmendment };
  addEventListener("submit", (event) => {
    const submit = submitting[event.target.dataset?.library];
    if (!submit) return;
    event.preventDefault();
    submit(event.target);
  });
  addEventListener("change", ({ target }) => {
    if (target.matches("[data-library=list] select")) submitList(target.form);
    else if (target.matches(".md-lib-drop input")) listChosen(target.form);
  });

  addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tab], #library button") : null;
    if (!target || target === document.documentElement) return;
    const { tab, open, start, job, act } = target.dataset;
    if (tab !== undefined) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openTab(tab);
    } else if (open) {
      wanted = "document";
      press("open", { id: open });
    } else if (start !== undefined) {
      listing = { ...listing, start: Number(start) };
      press("list", listing);
    } else if (act === "open") {
      opened.add(job);
      pressJobs();
    } else if (job) {
      opened.add(job);
      pressJobs({ id: job, act });
    } else if (target.matches("[data-remove]")) {
      wanted = "document";
      press("remove", current());
    }
  });
}
