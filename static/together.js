// Who else has the same text open. <div id="together" data-together="address" data-form="f"> is posted to every ten seconds
// while the page is in sight, and at once when somebody begins to type; the answer is the list of colleagues, in words.
// It changes the page only when those words change, so that a screen reader hears each thing once.
"use strict";
(() => {
  const here = document.getElementById("together");
  if (!here) return;
  const EVERY = 10000;
  const form = () => document.getElementById(here.dataset.form);
  const token = () => form()?.querySelector("input[name=csrf_token]")?.value || "";
  let typed = false; // since the last time that we said so
  let said = 0;
  let timer = 0;

  function body(more = {}) {
    const data = new URLSearchParams({ csrf_token: token(), ...more });
    const version = form()?.querySelector("input[name=version]")?.value;
    if (version) data.set("version", version);
    return data;
  }

  const post = (data, options = {}) =>
    fetch(here.dataset.together, { method: "POST", body: data, credentials: "same-origin", headers: { "HX-Request": "true" }, ...options });

  async function tell() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    said = Date.now();
    const writes = typed;
    typed = false;
    try {
      const answer = await post(body(writes ? { writes: "1" } : {}));
      // No content, or a refusal: the text is no longer written here, and nobody need ask again.
      if (answer.status === 204 || answer.redirected || (answer.status >= 400 && answer.status < 500)) return show("");
      if (answer.ok) show((await answer.text()).trim());
    } catch { typed = typed || writes; } // no connection: next time
    clearTimeout(timer);
    timer = setTimeout(tell, EVERY);
  }

  function show(content) {
    const next = document.createElement("div");
    next.innerHTML = content; // our own server's words, escaped there
    if (next.textContent.trim() !== here.textContent.trim()) here.replaceChildren(...next.childNodes);
  }

  document.addEventListener("input", (event) => {
    if (!form()?.contains(event.target)) return;
    typed = true;
    if (Date.now() - said > EVERY / 2) tell();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-again]")) return;
    event.preventDefault();
    location.reload(); // what was typed is saved, or kept on this device, when a page is left
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") tell(); });
  addEventListener("pagehide", () => { post(body({ gone: "1" }), { keepalive: true }).catch(() => {}); });
  tell();
})();
