// The little that htmx does not do: it saves while somebody writes, keeps a copy on the device until the server has
// confirmed, sends a form once, and asks before the rare irreversible act. Every page works without it. It holds no
// words: those stand in the <template id="say-…"> elements of layouts/base.html, in the reader's language.
//
// Autosave, in short. <form id="f" action="…" data-autosave> holds <input name="version"> and <div id="notice-f">, and
// somewhere stands <span id="saved-f" role="status">. A draft is posted as the form's own fields plus autosave=1, to
// the address in data-autosave or else to the action. The answers:
//   200  <span id="saved-f" data-version="8" hx-swap-oob="innerHTML">…</span>: confirmed; version 8 goes into the form;
//   409, 401, 403, 422: what the server says is shown in #notice-f; the text and its copy on this device stay;
//   no answer: "1 on this device"; tried again when the connection is back.
// Real submits first save what is open, so that whoever was first still wins politely.
"use strict";
(() => {
  const { htmx } = window;
  Object.assign(htmx.config, {
    historyCacheSize: 0, // reviews are confidential: no pages in the browser's storage
    historyRestoreAsHxRequest: false,
    allowEval: false,
    includeIndicatorStyles: false,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "4..", swap: true }, // a refusal is an answer: it is shown where the answer was meant to come
      { code: "...", swap: false, error: true },
    ],
  });

  const person = document.body.dataset.person || "";
  const words = (name, values = {}) => {
    const copy = document.getElementById(`say-${name}`).content.cloneNode(true);
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      walker.currentNode.data = walker.currentNode.data.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
    }
    return copy;
  };
  const say = (name) => document.getElementById("notices")?.replaceChildren(words(name));

  // --- Copies on this device -----------------------------------------------------------------------------------------
  // One per person and form. Storage may be full or forbidden; then we simply have no copy.
  const PREFIX = "pr:";
  const keyOf = (form) => `${PREFIX}${person}:${form.getAttribute("action") || location.pathname}#${form.id}`;
  const storage = (act) => { try { return act(window.localStorage); } catch { return undefined; } };
  const copies = () => storage((store) => Object.keys(store).filter((key) => key.startsWith(`${PREFIX}${person}:`))) || [];
  const forgetAll = () => storage((store) => Object.keys(store).filter((key) => key.startsWith(PREFIX)).forEach((key) => store.removeItem(key)));

  const SECRET = new Set(["csrf_token", "version", "autosave", "leaned"]);
  const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SECRET.has(name));
  // To compare: without the white space that the server takes away.
  const compared = (fields) => JSON.stringify(fields.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));
  const textOf = (form) => compared(fieldsOf(form));

  function fill(form, fields) {
    const values = fields.reduce((all, [name, value]) => all.set(name, [...(all.get(name) || []), value]), new Map());
    for (const control of form.elements) {
      if (!control.name || SECRET.has(control.name) || ["file", "submit", "button", "hidden", "password"].includes(control.type)) continue;
      const mine = values.get(control.name) || [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = mine.includes(control.value);
      else if (control.type === "select-multiple") for (const option of control.options) option.selected = mine.includes(option.value);
      else if (mine.length) control.value = mine[0];
    }
  }

  // --- Autosave ------------------------------------------------------------------------------------------------------
  class Draft {
    constructor(form) {
      this.form = form;
      // What the server has: what it just showed, unless it says that it only gives back what was typed (data-unsaved).
      this.confirmed = "unsaved" in form.dataset ? "" : textOf(form);
      this.sending = null; // only one request under way: the next waits, and takes the newest text
      this.held = false; // refused (409, 401): first the writer chooses or signs in, then we save again
      this.leaving = ""; // what was sent with the last breath
      this.timer = 0;
      this.offerCopy();
      form.addEventListener("input", () => this.changed(1000));
      form.addEventListener("change", () => this.changed(0));
    }

    get open() { return textOf(this.form) !== this.confirmed; }
    get mark() { return document.getElementById(`saved-${this.form.id}`); }
    get notice() { return document.getElementById(`notice-${this.form.id}`); }

    changed(wait) {
      clearTimeout(this.timer);
      if (!this.open) return;
      this.keep();
      if (!this.held) this.timer = setTimeout(() => this.save(), wait);
    }

    keep() {
      storage((store) => store.setItem(keyOf(this.form), JSON.stringify({ at: Date.now(), fields: fieldsOf(this.form) })));
    }

    forget() { storage((store) => store.removeItem(keyOf(this.form))); }

    // A copy of an earlier visit that differs from what the server showed now: the writer decides.
    offerCopy() {
      const copy = storage((store) => JSON.parse(store.getItem(keyOf(this.form)) || "null"));
      if (!copy) return;
      if (compared(copy.fields) === this.confirmed) return this.forget();
      const time = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
      const notice = document.createElement("div");
      notice.append(words("kept", { time }));
      notice.querySelector("[data-put-back]").addEventListener("click", () => {
        fill(this.form, copy.fields);
        notice.remove();
        this.changed(0);
        this.form.querySelector("textarea, input:not([type=hidden])")?.focus();
      });
      notice.querySelector("[data-throw-away]").addEventListener("click", () => { this.forget(); notice.remove(); });
      this.form.prepend(notice);
    }

    body() {
      const data = new FormData(this.form);
      for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name); // files go with the real form
      data.set("autosave", "1");
      return new URLSearchParams(data);
    }

    post(options = {}) {
      return fetch(this.form.dataset.autosave || this.form.action, {
        method: "POST", body: this.body(), credentials: "same-origin",
        headers: { "HX-Request": "true", "HX-Target": `notice-${this.form.id}` }, ...options,
      });
    }

    // True when the server has the newest text.
    async save() {
      clearTimeout(this.timer);
      while (this.sending) await this.sending;
      if (!this.open) return true;
      this.sending = this.send();
      const saved = await this.sending;
      return saved && this.open ? this.save() : saved;
    }

    async send() {
      const text = textOf(this.form);
      const fields = fieldsOf(this.form);
      const leaving = document.visibilityState === "hidden";
      if (leaving) this.leaving = text;
      this.marked("saving");
      try {
        const answer = await this.post({ keepalive: leaving });
        const content = await answer.text();
        if (answer.status >= 500) { say("trouble"); return this.later(); }
        // A redirect means that something else than our draft was answered, such as the page for signing in.
        if (!answer.ok || answer.redirected) {
          this.held = answer.redirected || answer.status === 409 || answer.status === 401;
          this.offline();
          if (!answer.redirected) { this.take(content, fields); this.show(content); }
          return false;
        }
        const same = textOf(this.form) === text;
        const version = new DOMParser().parseFromString(content, "text/html").querySelector("[data-version]")?.dataset.version;
        if (this.take(content, fields) && version) {
          for (const input of this.form.querySelectorAll("input[name=version]")) input.value = version;
          if (this.mark) this.mark.dataset.version = version;
        }
        this.confirmed = same ? textOf(this.form) : text;
        this.held = false;
        if (this.open) this.keep(); else this.forget();
        this.mark?.removeAttribute("aria-busy");
        this.show(content);
        document.getElementById("notices")?.replaceChildren();
        return true;
      } catch {
        return this.later();
      } finally {
        this.sending = null;
      }
    }

    // What somebody else wrote in fields that we left alone (<template data-take="field">) comes into the page; not where
    // somebody typed while it was under way: then our version stays the old one, and the next save tells both.
    take(content, sent) {
      const of = (fields, name) => JSON.stringify(fields.filter(([key]) => key === name));
      const offered = [...new DOMParser().parseFromString(content, "text/html").querySelectorAll("template[data-take]")];
      const free = offered.filter((one) => of(fieldsOf(this.form), one.dataset.take) === of(sent, one.dataset.take));
      for (const one of free) {
        const others = fieldsOf(this.form).filter(([name]) => name !== one.dataset.take);
        fill(this.form, [...others, [one.dataset.take, one.content.textContent]]);
      }
      return free.length === offered.length;
    }

    show(content) {
      if (this.notice) htmx.swap(this.notice, content, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    }

    lead() {
      if (!this.notice?.childElementCount) return;
      this.notice.tabIndex = -1;
      this.notice.focus({ preventScroll: true });
      this.notice.scrollIntoView({ block: "start" });
    }

    // While aria-busy, screen readers stay silent: they hear the outcome, not each attempt.
    marked(name, values) {
      this.mark?.removeAttribute("aria-busy");
      if (name === "saving") this.mark?.setAttribute("aria-busy", "true");
      this.mark?.replaceChildren(words(name, values));
    }

    offline() { this.marked("offline", { n: String(copies().length || 1) }); }

    later() {
      this.offline();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), 15000);
      return false;
    }
  }

  const drafts = new Map();
  const watch = (root) => {
    const forms = root.querySelectorAll?.("form[data-autosave]") || [];
    for (const form of forms) if (!drafts.has(form)) drafts.set(form, new Draft(form));
    if (root.matches?.("form[data-autosave]") && !drafts.has(root)) drafts.set(root, new Draft(root));
    for (const form of drafts.keys()) if (!form.isConnected) drafts.delete(form);
  };
  const openDrafts = () => [...drafts.values()].filter((draft) => draft.form.isConnected && draft.open);

  // Leaving: the last words go in a request that outlives the page (64 KB at most; the copy on the device is the net).
  const unsent = () => openDrafts().filter((draft) => !draft.held && draft.leaving !== textOf(draft.form));
  addEventListener("pagehide", () => {
    for (const draft of unsent()) {
      draft.keep();
      draft.leaving = textOf(draft.form);
      draft.post({ keepalive: true }).catch(() => {});
    }
  });
  // A page that the browser kept does not know what became of those words: ask the server.
  addEventListener("pageshow", (event) => { if (event.persisted && [...drafts.values()].some((draft) => draft.leaving)) location.reload(); });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") unsent().forEach((draft) => draft.save()); });
  addEventListener("focus", () => openDrafts().forEach((draft) => { draft.held = draft.held && Boolean(draft.notice?.querySelector("[data-keep]")); }));
  addEventListener("online", () => openDrafts().forEach((draft) => draft.save()));
  addEventListener("offline", () => openDrafts().forEach((draft) => draft.offline()));

  // --- What a visit keeps on this device: see device.js ------------------------------------------------------------------
  const keeps = () => storage((store) => store.getItem("pr-device"));
  const device = () => import(document.body.dataset.device);
  const left = new WeakSet(); // forms for signing out before which this device was emptied
  const asksAgain = () => Date.now() - (storage((store) => Number(store.getItem("pr-asked"))) || 0) > 600000;
  if (keeps() && !document.getElementById("visit")) {
    const asks = asksAgain();
    if (asks) storage((store) => store.setItem("pr-asked", String(Date.now())));
    device().then((kept) => kept.tidy(Number(person) || 0, asks)).catch(() => {});
  }

  // --- Sending a form: ask, save, and only once ------------------------------------------------------------------------
  const busy = new WeakMap(); // form -> the button that was pressed
  const passed = new WeakSet(); // forms that were asked and saved
  function release(form) {
    busy.get(form)?.removeAttribute("aria-disabled");
    busy.delete(form);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.method === "dialog") return;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    const again = () => { passed.add(form); form.requestSubmit(button); };
    if (busy.has(form)) return stop();
    if (!passed.delete(form)) {
      const dialog = document.getElementById(button?.dataset.confirm || form.dataset.confirm || "");
      const draft = drafts.get(form);
      const proceed = async () => {
        if (draft?.open) {
          // An offline or refused draft stays here. What is wrong with it may stand far above the button: go there.
          if (!(await draft.save())) { if (navigator.onLine) draft.lead(); else say("no-connection"); return; }
        }
        again();
      };
      if (dialog?.showModal) {
        stop();
        dialog.addEventListener("close", () => { if (dialog.returnValue) proceed(); dialog.returnValue = ""; }, { once: true });
        return dialog.showModal();
      }
      if (draft?.open) { stop(); return void proceed(); }
    }
    if (form.hasAttribute("data-signout") && keeps() && person && !left.delete(form)) {
      stop();
      const leave = (unsent) => { if (unsent) return location.assign("/reviews/on-this-device?leaving=1"); left.add(form); again(); };
      return void device().then((kept) => kept.leave(Number(person))).catch(() => 0).then(leave);
    }
    if (form.hasAttribute("data-signout")) { drafts.clear(); forgetAll(); }
    if (form.method !== "post") return;
    // aria-disabled and not disabled: the button keeps the focus, and its name and value go along.
    busy.set(form, button);
    button?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 10000); // a download leaves the page where it is
  }, true);
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest?.("form"); if (form) release(form); });

  // --- Small things ----------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-dismiss], [data-keep]");
    if (!target) return;
    if ("dismiss" in target.dataset) return document.getElementById("notices").replaceChildren();
    // Of two people who wrote at once (ui.conflict): the chosen text, with the version that it answers to, is saved. Left
    // is what stands in the form by now, perhaps already one text made of both.
    const form = document.getElementById(target.dataset.keepForm);
    const draft = drafts.get(form);
    const control = form.elements[target.dataset.keepField];
    if (target.dataset.keep === "merged") control.value = target.closest("[data-clash]").querySelector("[data-merge]").value;
    if (target.dataset.keep === "right") control.value = target.parentElement.querySelector("template[data-keep-text]").content.textContent;
    // Several fields may differ, each in its own [data-clash]: the last choice saves them all.
    target.closest("[data-clash]")?.remove();
    if (draft?.notice?.querySelector("[data-clash]")) return void control.focus?.();
    for (const input of form.querySelectorAll("input[name=version]")) input.value = target.dataset.keepVersion;
    if (draft) {
      draft.notice?.replaceChildren();
      draft.held = false;
      draft.confirmed = "";
      draft.changed(0);
    }
    control.focus?.(); // several radios have no focus of their own
  });

  // To the clipboard, where the browser has one for us; the button that does it is hidden until then.
  const copying = document.querySelectorAll("[data-copy]");
  for (const button of navigator.clipboard ? copying : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const copied = await navigator.clipboard.writeText(source.value).then(() => true, () => false);
      if (copied) document.getElementById(button.dataset.said).replaceChildren(words("copied"));
      else source.select();
    });
  }

  // A way out of a warning: other words in the place of what was found, wherever it stands in this form.
  document.addEventListener("click", (event) => {
    const { swap, with: instead } = event.target.closest?.("[data-swap]")?.dataset || {};
    if (!swap) return;
    const form = event.target.closest("form") || document.querySelector("form[data-autosave]");
    const plain = swap.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const found = new RegExp(`(^|[^\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`, "gu"); // whole words: no Jan in Januari
    const capital = (before) => /(^|[.!?\n])\s*$/.test(before) ? instead.charAt(0).toUpperCase() + instead.slice(1) : instead;
    for (const control of form?.querySelectorAll("textarea") || []) {
      const text = control.value.replace(found, (all, before, at, whole) => before + capital(whole.slice(0, at) + before));
      if (text === control.value) continue;
      control.value = instead ? text : text.replace(/ {2,}/g, " ").replace(/ ([.,;])/g, "$1");
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.focus();
    }
    event.target.closest(".pr-note")?.remove();
  });

  // What must change is read first: on a new page and after a swap.
  const toErrors = (root) => root.querySelector?.(".pr-errors")?.focus();
  document.addEventListener("htmx:responseError", () => say("trouble"));
  document.addEventListener("htmx:sendError", () => say("no-connection"));
  document.addEventListener("htmx:load", (event) => { watch(event.target); toErrors(event.target); });
  watch(document);
  toErrors(document);
  // On a phone the norms are a row of chips: the one that is open comes into sight, and the page itself stays where it is.
  const chip = document.querySelector(".pr-outline [aria-current]");
  const row = chip?.closest("ul");
  if (row && row.scrollWidth > row.clientWidth) {
    const [here, all] = [chip.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += here.left - all.left - (all.width - here.width) / 2;
  }
})();
