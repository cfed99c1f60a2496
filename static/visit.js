// The visit workspace: choosing a norm or a talk, noting, and showing what was noted, all of it without asking the server.
// What is noted goes to this device first (device.js) and from there to the server, in order. Without this script the
// page is an ordinary form. Words stand in <template id="say-…"> and data attributes, in the reader's language.
const visit = document.getElementById("visit");
const form = document.getElementById("f");
const { review: number, host, at, how, with: withWords } = visit.dataset;
const review = Number(number);
const person = Number(document.body.dataset.person);
const device = await import(document.body.dataset.device);
const $ = (id) => document.getElementById(id);
const copyOf = (id) => $(id).content.cloneNode(true);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const lang = document.documentElement.lang;
const clockTime = (moment) => new Date(moment).toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23" }).replace(":", lang === "nl" ? "." : ":");

// --- The norm and the talk that are chosen -------------------------------------------------------------------------------
const talks = all("[data-talk]").map((row) => ({ row, id: row.dataset.talk, norms: row.dataset.norms.split(" ").filter(Boolean), functions: row.dataset.functions.split(" ").filter(Boolean), from: Date.parse(row.dataset.from), until: Date.parse(row.dataset.until), mine: row.dataset.mine === "1" }));
const norms = new Map(all("#norms [data-norm]").map((row) => [row.dataset.norm, { id: row.dataset.norm, code: row.dataset.code, title: row.dataset.title, words: row.textContent.toLowerCase() }]));
const byCode = new Map([...norms.values()].map((norm) => [norm.code, norm]));
let norm = visit.dataset.norm;
let talk = visit.dataset.item;
let local = []; // what this device keeps of this review
let editing = null; // the note that stands in the form again

// A page that was kept is of an earlier moment: which talk is on now?
function talkNow() {
  const own = talks.some((one) => one.mine) ? talks.filter((one) => one.mine) : talks;
  const now = Date.now();
  return own.findLast((one) => one.from <= now && now < one.until) || own.find((one) => one.from > now) || own.at(-1);
}

function show() {
  const { code, title } = norms.get(norm) || { code: "", title: visit.dataset.none };
  $("norm-title").replaceChildren(...(code ? [Object.assign(document.createElement("span"), { className: "pr-norm", textContent: code })] : []), title);
  for (const text of all("[data-norm-text]")) text.hidden = text.dataset.normText !== norm;
  const helps = all(`[data-norm-text="${norm}"] [data-help]`).map((fold) => {
    const copy = document.createElement("div");
    copy.append(Object.assign(document.createElement("h2"), { className: "h3", textContent: fold.querySelector("summary").textContent }), ...[...fold.children].slice(1).map((child) => child.cloneNode(true)));
    return copy;
  });
  $("help").replaceChildren(...helps);
  const chosen = talks.find((one) => one.id === talk);
  $("talk").replaceChildren(...(chosen ? [...chosen.row.querySelector("[data-called]").cloneNode(true).childNodes] : [visit.dataset.outside]));
  const listed = new Set([...(chosen?.norms ?? []), ...(norm ? [norm] : [])].filter((id) => norms.has(id)));
  const fixed = all("#chips > [data-fixed]");
  $("chips").replaceChildren(...[...listed].map(chip), ...fixed);
  for (const link of all("#chips [data-norm], #talks [data-talk]")) {
    const here = link.dataset.talk !== undefined ? link.dataset.talk === talk : link.dataset.norm === norm;
    if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  const [row, chosenChip] = [$("chips"), $("chips").querySelector("[aria-current]")?.parentElement];
  if (chosenChip) row.scrollLeft += chosenChip.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - chosenChip.offsetWidth) / 2;
  const address = new URL(location.href);
  address.searchParams.set("norm", code || "none");
  if (talk) address.searchParams.set("item", talk); else address.searchParams.delete("item");
  address.searchParams.delete("noted");
  address.hash = "";
  history.replaceState(null, "", address);
  if (form) { form.elements.norm_id.value = norm; form.elements.item_id.value = talk; }
  draw();
}

function chip(id) {
  const one = norms.get(id);
  const made = copyOf("say-chip").firstElementChild;
  const link = made.querySelector("a");
  Object.assign(link, { href: `?norm=${one.code}&item=${talk}` });
  link.dataset.norm = id;
  link.querySelector(".pr-norm").textContent = one.code;
  link.querySelector(".t").textContent = one.title;
  return made;
}

function choose(id) { norm = id; show(); }

function chooseTalk(id) {
  talk = id;
  const chosen = talks.find((one) => one.id === id);
  if (chosen?.norms.length && !chosen.norms.includes(norm)) [norm] = chosen.norms;
  preset(chosen);
  show();
}

function preset(chosen) {
  const known = [...(form?.elements.interlocutor.options ?? [])].map((option) => option.value);
  const first = chosen?.functions.find((code) => known.includes(code));
  if (first && !form.elements.text.value.trim()) form.elements.interlocutor.value = first;
}

const dialog = $("norms");
let choosing = null; // what is done with the norm that is chosen in the dialog
function searchNorm(then) {
  choosing = then;
  $("norm-search").value = "";
  search();
  dialog.showModal();
  $("norm-search").focus();
}
function search() {
  const words = $("norm-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of all("#norms [data-norm]")) {
    row.hidden = !words.every((word) => norms.get(row.dataset.norm).words.includes(word));
    found += !row.hidden;
  }
  for (const part of all("#norms [data-chapter]")) part.hidden = !part.querySelector("[data-norm]:not([hidden])");
  $("norms-none").hidden = found > 0;
}
$("norm-search").addEventListener("input", search);
$("norm-search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  dialog.querySelector("[data-norm]:not([hidden]) a")?.click();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a, button");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = link.closest("#norms [data-norm]");
  const stop = () => event.preventDefault();
  if (row) { stop(); dialog.close(); return choosing(row.dataset.norm); }
  if (link.closest("#chips") && link.dataset.norm !== undefined) { stop(); return choose(link.dataset.norm); }
  if (link.closest("#unheard")) { stop(); return choose(byCode.get(link.textContent.trim()).id); }
  if (link.closest("#talks") && link.dataset.talk !== undefined) { stop(); link.closest("details").open = false; return chooseTalk(link.dataset.talk); }
  if ("search" in link.dataset) { stop(); return searchNorm(choose); }
  if ("place" in link.dataset) { stop(); return searchNorm((id) => place(link.dataset.place, id)); }
  const mine = link.closest("[data-position]");
  if (mine && "edit" in link.dataset) return edit(Number(mine.dataset.position));
  if (mine && "again" in link.dataset) return device.change(Number(mine.dataset.position), (note) => { delete note.refused; }).then(send);
  if (mine && "drop" in link.dataset) {
    $("drop-it").returnValue = "";
    $("drop-it").addEventListener("close", () => { if ($("drop-it").returnValue) device.drop([Number(mine.dataset.position)]); }, { once: true });
    $("drop-it").showModal();
  }
});

// A note that points at a person keeps its row of this device, with the warning, until its text is another.
function warns(note) {
  const row = note.notices?.length && $("noted-list").querySelector(`[data-id="${note.id}"]`);
  return Boolean(row) && row.querySelector(".pr-words").textContent === note.text;
}

// --- What was noted ------------------------------------------------------------------------------------------------------
function draw() {
  const list = $("noted-list");
  for (const row of all("[data-position]", list)) row.remove();
  const there = listed();
  const waiting = local.filter((note) => device.isUnsent(note) || warns(note) || !there.has(String(note.id)));
  for (const row of all("[data-id]", list)) row.hidden = row.dataset.of !== norm || waiting.some((note) => String(note.id) === row.dataset.id);
  list.prepend(...waiting.filter((note) => (note.norm || "") === norm).reverse().map(drawn));
  $("noted-title").textContent = norm ? withWords.replace("{code}", norms.get(norm).code) : visit.dataset.withnone;
  const shown = all("li:not([hidden])", list).length;
  $("noted-none").hidden = shown > 0;
  list.hidden = !shown;
  for (const link of all("#chips [data-norm]")) {
    const counted = all(`[data-of="${link.dataset.norm}"]`, list).filter((row) => !waiting.some((note) => String(note.id) === row.dataset.id)).length + waiting.filter((note) => (note.norm || "") === link.dataset.norm).length;
    const count = link.querySelector(".c");
    count.hidden = !counted;
    count.firstChild.textContent = counted;
  }
  const heard = new Set(local.filter((note) => note.source === "heard").map((note) => norms.get(note.norm)?.code));
  for (const row of all("#unheard li")) row.hidden = heard.has(row.textContent.trim());
  marks();
}

function drawn(note) {
  const row = copyOf("say-note").firstElementChild;
  row.dataset.position = note.position;
  row.querySelector("[data-text]").textContent = note.text;
  const source = form?.querySelector(`input[name=source][value=${note.source}]`)?.closest("label").textContent.trim().toLowerCase();
  const from = form && note.interlocutor && [...form.elements.interlocutor.options].find((option) => option.value === note.interlocutor)?.textContent.toLowerCase();
  row.querySelector("[data-meta]").textContent = [how, source, from, clockTime(note.noted_at)].filter(Boolean).join(" · ");
  row.querySelector("[data-flag]").hidden = !note.flagged;
  for (const file of note.files) {
    const item = copyOf("say-file").firstElementChild;
    item.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-files]").append(item);
  }
  const unsent = device.isUnsent(note);
  row.querySelector("[data-here]").hidden = !unsent;
  row.querySelector("[data-sent]").hidden = unsent;
  for (const button of all("[data-edit], [data-drop]", row)) button.hidden = !unsent || (note.id && "edit" in button.dataset);
  const refused = row.querySelector("[data-refused]");
  refused.hidden = !note.refused;
  if (note.refused && note.refused !== "?") refused.querySelector("[data-why]").textContent = note.refused;
  const notice = row.querySelector("[data-notice]");
  notice.hidden = !note.notices?.length;
  if (note.notices?.length) notice.querySelector("[data-found]").textContent = note.notices.join(", ");
  if (note.id) for (const link of all("a[data-change]", row)) Object.assign(link, { href: `/reviews/${review}/observations/${note.id}/edit`, hidden: unsent });
  return row;
}

function mark(name, n) {
  const made = copyOf(name);
  const walker = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace("{n}", n);
  return made;
}

let state = "sent"; // how the last contact with the server ended
let shownMark = "";
function marks() {
  const unsent = local.filter(device.isUnsent).length;
  const offline = state === "offline" || !navigator.onLine;
  const wanted = `${unsent} ${offline} ${state}`;
  if (wanted === shownMark) return;
  shownMark = wanted;
  $("saved-visit").replaceChildren(unsent ? mark("say-offline", unsent) : mark("say-saved"));
  const words = { signin: "say-signin", unknown: "say-unknown", closed: "say-closed", trouble: "say-busy", refused: "say-refused" };
  $("said").replaceChildren(mark(offline ? "say-away" : (unsent || state === "signin") && words[state] ? words[state] : "say-usual", unsent));
}

// --- Noting --------------------------------------------------------------------------------------------------------------
const MOST = 25 * 1024 * 1024;
const TAKEN = /\.(pdf|png|jpe?g|docx|xlsx|txt|csv)$/i;
const key = device.draftKey(person, review);

function valuesOf() {
  const { text, source, interlocutor, flagged } = form.elements;
  return { text: text.value.trim(), source: source.value, interlocutor: interlocutor.value, flagged: flagged.checked };
}

function remember() {
  try {
    if (form.elements.text.value.trim()) localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...valuesOf(), norm, talk, editing, host }));
    else localStorage.removeItem(key);
    localStorage.setItem("pr-device", "1");
  } catch { /* no storage: the text still stands in the form */ }
}

function put(values) {
  form.elements.text.value = values.text;
  form.elements.source.value = values.source;
  form.elements.interlocutor.value = values.interlocutor;
  form.elements.flagged.checked = values.flagged;
}

function edit(position) {
  const note = local.find((one) => one.position === position);
  if (!note || note.id) return;
  editing = position;
  put(note);
  if (note.item) talk = String(note.item);
  choose(note.norm || "");
  remember();
  form.elements.text.focus();
}

const wrong = (words) => { const note = $("file-wrong"); note.textContent = words; note.hidden = !words; };
let keeping = false;
async function note() {
  if (!form.elements.text.value.trim()) { form.elements.text.value = ""; form.reportValidity(); return; }
  const files = [...form.elements.files.files];
  const bad = files.find((file) => file.size > MOST || !file.size || !TAKEN.test(file.name));
  wrong(bad ? `${bad.name}: ${bad.size > MOST ? visit.dataset.large : visit.dataset.strange}` : "");
  if (bad) return form.elements.files.focus();
  if (keeping) return; // a double press
  keeping = true;
  try {
    const values = { ...valuesOf(), norm, item: talk };
    const old = editing && local.find((one) => one.position === editing);
    if (old) await device.change(editing, (row) => { Object.assign(row, values); row.rev += 1; delete row.refused; }, files);
    else await device.keep({ person, review, host, ...values }, files);
    editing = null;
    form.elements.text.value = "";
    form.elements.files.value = "";
    form.elements.flagged.checked = false;
    remember();
    form.elements.text.focus();
    send();
  } catch (error) { // the device has no room, or forbids keeping: the ordinary form then, with the text as it stands
    console.warn(error);
    form.submit();
  } finally { keeping = false; }
}

if (form) {
  // Before app.js, which sends forms: on the window, on the way down.
  addEventListener("submit", (event) => { if (event.target === form) { event.preventDefault(); event.stopImmediatePropagation(); note(); } }, true);
  form.addEventListener("input", remember);
  form.addEventListener("change", remember);
}

// --- Sending, and what colleagues noted ----------------------------------------------------------------------------------
let sending = null;
let again = false;
let stale = false; // something that this window showed was sent, and its list is of before that
let pause = 1000; // until the next attempt, longer after each that failed
let timer = 0;
async function send() {
  clearTimeout(timer);
  if (sending) { again = true; return sending; }
  sending = (async () => {
    const waiting = (await device.unsentOf(person, review).catch(() => [])).length;
    do { again = false; state = await device.send(person, review).catch(() => "trouble"); } while (again);
    if (state === "sent" && (waiting || stale || Date.now() - refreshed > 60000)) await refresh();
  })();
  await sending;
  sending = null;
  shownMark = "";
  await read();
  if (state === "sent" || !local.some(device.isUnsent)) pause = 1000;
  else if (state === "offline" || state === "trouble") { timer = setTimeout(send, pause); pause = Math.min(pause * 2, 30000); }
}

// The page anew: the list of notes, and the copy on this device when there is one.
let refreshed = Date.parse(at);
async function refresh() {
  const sent = (await kept()).filter((note) => !device.isUnsent(note));
  stale = false; // what goes from here on is seen by the next
  let answer;
  try { answer = await fetch(location.pathname, { cache: "no-store", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(15000) }); } catch { [state, stale] = ["offline", true]; return; }
  if (!answer.ok) { stale = true; if (answer.type === "opaqueredirect") state = "signin"; return; }
  refreshed = Date.now();
  const copy = answer.clone();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = page.getElementById("noted-list");
  if (!list || page.body.dataset.person !== String(person)) { state = "unknown"; return; }
  $("noted-list").replaceChildren(...list.childNodes);
  await letGo(sent);
  await device.freshen(person, review, copy, page.getElementById("visit").dataset);
}

const kept = () => device.notes(person, review).catch(() => []);
const listed = () => new Set(all("[data-id]", $("noted-list")).map((row) => row.dataset.id));

// What was sent before the list was asked for stands there, or was withdrawn; only a warning stays on this device.
async function letGo(sent) {
  const known = sent.filter((note) => !warns(note));
  if (known.length) await device.drop(known.map((note) => note.position));
}

async function place(id, to) {
  const there = await device.contact(review);
  if (there.kind === "ok") {
    const body = new URLSearchParams({ norm_id: to, csrf_token: there.token });
    await fetch(`/reviews/${review}/observations/${id}/place`, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
    await refresh();
  } else state = there.kind;
  await read();
}

// What this window still showed and another has sent meanwhile stands on the server now. While this window is sending
// itself, it asks for its list when that is done.
async function read() {
  const before = local;
  local = await device.notes(person, review).catch(() => local);
  const there = listed();
  if (before.some((note) => !local.some((one) => one.position === note.position) && !there.has(String(note.id)))) stale = true;
  if (stale && !sending && state !== "offline") await refresh();
  draw();
}

// --- From here on --------------------------------------------------------------------------------------------------------
const asked = new URLSearchParams(location.search);
if (byCode.has(asked.get("norm"))) norm = byCode.get(asked.get("norm")).id;
else if (asked.get("norm") === "none") norm = "";
if (talks.some((one) => one.id === asked.get("item"))) talk = asked.get("item");
const fresh = !asked.has("norm") && !asked.has("item");
await device.tidy(person, false).catch(() => {});
if (navigator.onLine && Math.abs(Date.now() - refreshed) < 60000) { // this page is new; what it lacks was sent since
  const sent = (await kept()).filter((note) => !device.isUnsent(note));
  await letGo(sent.filter((note) => listed().has(String(note.id)))).catch(() => {});
  stale = sent.some((note) => !listed().has(String(note.id)));
}
local = await kept();
const [draft] = form ? device.drafts(person).filter((one) => one.review === review) : [];
if (draft && !form.elements.text.value) {
  put(draft);
  norm = norms.has(draft.norm) ? draft.norm : "";
  talk = draft.talk;
  editing = local.some((row) => row.position === draft.editing && !row.id) ? draft.editing : null;
  show();
} else if (fresh && talkNow() && Date.now() - Date.parse(at) > 60000) chooseTalk(talkNow().id);
else show();
device.whenChanged(() => read());
if (visit.dataset.open !== "1") await device.forgetReview(person, review).then(read, () => {});
visit.dataset.ready = "1";
send();
addEventListener("online", () => { pause = 1000; send(); });
addEventListener("offline", () => { state = "offline"; marks(); });
addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
setInterval(() => {
  if (document.visibilityState !== "visible") return;
  if (Date.now() - refreshed > 60000) send(); // what colleagues noted; and once signed in again, what waits here
}, 20000);
