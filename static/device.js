// What this device keeps of a visit: the notes that were not sent yet, with their files (IndexedDB), and the pages of
// the reviews that somebody prepared (Cache API, served by sw.js). Loaded by visit.js and kept.js, and by app.js on any
// page as soon as something is kept here. Plain IndexedDB: three stores and a handful of acts need no package.
//
// A note is a row of "notes": position (its number on this device), key (made here; under it the server takes it once),
// person, review, noted_at, the fields of the form, files [{key, name, size, sent}], rev (rises when it is edited here)
// and, once the server has answered, id, version and sentRev. Refused: why the server does not want it.
const KEEPS = "pr-device"; // in localStorage: something is kept here, so that other pages look after it
const OWN = "pr-visit-"; // caches: one for each person
const SYNC = { headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "manual", cache: "no-store" };
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("pr-visit") : null;
const local = (act) => { try { return act(globalThis.localStorage); } catch { return undefined; } };

// --- The store -----------------------------------------------------------------------------------------------------------
let opened = null;
function open() {
  local((store) => store.setItem(KEEPS, "1"));
  opened ??= new Promise((ok, no) => {
    const asked = indexedDB.open("peerreview-visit", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("notes", { keyPath: "position", autoIncrement: true }).createIndex("person", "person");
      asked.result.createObjectStore("files", { keyPath: "key" });
      asked.result.createObjectStore("reviews", { keyPath: ["person", "review"] });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      ok(asked.result);
    };
    asked.onerror = () => { opened = null; no(asked.error); };
  });
  return opened;
}

const answered = (asked) => new Promise((ok, no) => { asked.onsuccess = () => ok(asked.result); asked.onerror = () => no(asked.error); });

// All that `work` does happens, or nothing: what is answered here is on the disk.
async function act(mode, work) {
  const database = await open();
  return new Promise((ok, no) => {
    const whole = database.transaction(["notes", "files", "reviews"], mode, { durability: "strict" });
    let result;
    whole.oncomplete = () => ok(result);
    whole.onabort = () => no(whole.error);
    work((name) => whole.objectStore(name)).then((value) => { result = value; }, (error) => { no(error); try { whole.abort(); } catch { /* it is over */ } });
  });
}

const told = () => { channel?.postMessage("changed"); for (const listener of listeners) listener(); };
const listeners = new Set();
export function whenChanged(listener) { listeners.add(listener); channel?.addEventListener("message", listener); }

// --- Notes ---------------------------------------------------------------------------------------------------------------
export const isUnsent = (note) => note.sentRev !== note.rev || note.files.some((file) => !file.sent);

// The notes of this person (of one review), in the order in which they were written.
export async function notes(person, review) {
  const all = await act("readonly", (store) => answered(store("notes").index("person").getAll(person)));
  return all.filter((note) => !review || note.review === review).sort((a, b) => a.position - b.position);
}

export const unsentOf = async (person, review) => (await notes(person, review)).filter(isUnsent);

// Keep a note with its files, whole; its moment is never before that of the note before it, whatever the clock does.
export async function keep(note, blobs) {
  await act("readwrite", async (store) => {
    const last = await answered(store("notes").openCursor(null, "prev"));
    const files = blobs.map((blob) => ({ key: crypto.randomUUID(), name: blob.name, size: blob.size, sent: 0 }));
    const noted_at = Math.max(Date.now(), last?.value.noted_at ?? 0);
    await answered(store("notes").add({ ...note, key: crypto.randomUUID(), noted_at, rev: 1, files }));
    for (const [n, file] of files.entries()) await answered(store("files").add({ key: file.key, blob: blobs[n] }));
  });
  told();
}

// Change a row as it stands now, in one go; `blobs` are files that come with it.
export async function change(position, how, blobs = []) {
  await act("readwrite", async (store) => {
    const note = await answered(store("notes").get(position));
    if (!note) return;
    how(note);
    for (const blob of blobs) {
      const file = { key: crypto.randomUUID(), name: blob.name, size: blob.size, sent: 0 };
      note.files.push(file);
      await answered(store("files").add({ key: file.key, blob }));
    }
    await answered(store("notes").put(note));
  });
  told();
}

export async function drop(positions) {
  await act("readwrite", async (store) => {
    for (const position of positions) {
      const note = await answered(store("notes").get(position));
      for (const file of note?.files ?? []) await answered(store("files").delete(file.key));
      await answered(store("notes").delete(position));
    }
  });
  told();
}

// A text that was begun and not kept yet stands in localStorage, letter by letter.
export const draftKey = (person, review) => `pr:${person}:/reviews/${review}/workspace#visit`;
export function drafts(person) {
  const mine = new RegExp(`^pr:${person}:/reviews/(\\d+)/workspace#visit$`);
  const keys = local((store) => Object.keys(store).filter((key) => mine.test(key))) || [];
  return keys.map((key) => ({ key, review: Number(mine.exec(key)[1]), ...local((store) => JSON.parse(store.getItem(key))) })).filter((draft) => draft.text?.trim());
}
export const dropDraft = (key) => local((store) => store.removeItem(key));

// --- Sending: one at a time, in order, each until the server has answered ------------------------------------------------
// offline: nobody answered; signin: the session has ended; unknown: another person or role; closed: no notes any longer.
export async function contact(review) {
  let answer;
  try {
    answer = await fetch(`/reviews/${review}/observations/sync`, { ...SYNC, signal: AbortSignal.timeout(15000) });
  } catch { return { kind: "offline" }; }
  if (!answer.ok) return { kind: said(answer) };
  try { return { kind: "ok", ...(await answer.json()) }; } catch { return { kind: "offline" }; }
}

function said(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return "signin";
  if (answer.status === 403 || answer.status === 404) return "unknown";
  return answer.status >= 500 || answer.status === 429 ? "trouble" : "refused";
}

// "sent" when nothing is left to send, else why not. Of several windows one sends; the others wait and find it done.
export function send(person, review) {
  const work = () => sendAll(person, review);
  return navigator.locks ? navigator.locks.request(`pr-visit-${person}-${review}`, work) : work();
}

async function sendAll(person, review) {
  const sendable = async () => (await unsentOf(person, review)).filter((note) => !note.refused);
  if (!(await sendable()).length) return (await unsentOf(person, review)).length ? "refused" : "sent";
  const there = await contact(review);
  if (there.kind !== "ok") return there.kind;
  if (there.person !== person) return "unknown";
  if (!there.open) { await forgetReview(person, review); return "closed"; }
  for (;;) {
    const [note] = await sendable();
    if (!note) return (await unsentOf(person, review)).length ? "refused" : "sent";
    const outcome = await sendOne(note, there.token);
    if (outcome !== "sent" && outcome !== "refused") return outcome;
  }
}

async function sendOne(note, token) {
  if (note.sentRev !== note.rev) {
    const fields = {
      text: note.text, source: note.source, interlocutor: note.interlocutor, norm_id: note.norm ?? "", item_id: note.item ?? "",
      client_key: note.key, person: note.person, noted_at: note.noted_at, position: note.position, version: note.version ?? 0,
      ...(note.flagged && { flagged: "y" }), ...(note.rev > 1 && { edited: "y" }),
    };
    const [kind, answer] = await post(`/reviews/${note.review}/observations/sync`, new URLSearchParams(fields), token, 30000);
    if (kind !== "sent") return kind === "refused" ? refuse(note, answer) : kind;
    await change(note.position, (row) => Object.assign(row, { id: answer.id, version: answer.version, sentRev: note.rev, notices: answer.notices }));
    note.id = answer.id;
  }
  for (const file of note.files.filter((one) => !one.sent)) {
    const kept = await act("readonly", (store) => answered(store("files").get(file.key)));
    const body = new FormData();
    body.set("client_key", file.key);
    if (kept) body.set("file", kept.blob, file.name);
    const [kind, answer] = await post(`/reviews/${note.review}/observations/${note.id}/files`, body, token, 300000);
    if (kind === "refused" || kind === "unknown") return refuse(note, answer);
    if (kind !== "sent") return kind;
    await act("readwrite", (store) => answered(store("files").delete(file.key)));
    await change(note.position, (row) => { row.files.find((one) => one.key === file.key).sent = answer.id; });
  }
  return "sent";
}

async function post(address, body, token, time) {
  let answer;
  try {
    answer = await fetch(address, { ...SYNC, method: "POST", body, headers: { ...SYNC.headers, "X-CSRFToken": token }, signal: AbortSignal.timeout(time) });
  } catch { return ["offline"]; }
  const words = await answer.json().catch(() => ({}));
  if (answer.ok) return words.id ? ["sent", words] : ["trouble"];
  return [said(answer), words];
}

async function refuse(note, answer) {
  await change(note.position, (row) => { if (row.rev === note.rev) row.refused = answer?.message || "?"; });
  return "refused";
}

// --- The pages of a review that was prepared -----------------------------------------------------------------------------
const DEVICE = "/reviews/on-this-device";
const pagesOf = (review) => [`/reviews/${review}/workspace`, `/reviews/${review}/workspace/ready`];
export const prepared = async (person) => (await act("readonly", (store) => answered(store("reviews").getAll()))).filter((one) => one.person === person);
export const canKeep = () => isSecureContext && "serviceWorker" in navigator && "caches" in globalThis && "indexedDB" in globalThis;

async function fetched(address) {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer;
}

// Put the pages of this review on this device with all that they need; `facts` are remembered with it.
export async function prepare(person, review, assets, facts) {
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((go) => { navigator.serviceWorker.addEventListener("controllerchange", go, { once: true }); setTimeout(go, 5000); });
  navigator.storage?.persist?.().catch(() => {});
  const cache = await caches.open(OWN + person);
  for (const address of [...assets, ...pagesOf(review), DEVICE]) {
    if (!(address.includes("?v=") && (await cache.match(address)))) await cache.put(address, await fetched(address));
  }
  for (const one of await cache.keys()) { // an older edition of a style or script
    const { pathname, search } = new URL(one.url);
    if (pathname.startsWith("/static/") && !assets.includes(pathname + search)) await cache.delete(one);
  }
  await act("readwrite", (store) => answered(store("reviews").put({ person, review, ...facts, at: Date.now() })));
  told();
}

// A newer edition of the workspace takes the place of the copy that was kept, if there is one.
export async function freshen(person, review, answer, facts) {
  const had = (await prepared(person)).find((one) => one.review === review);
  if (!had) return;
  const assets = facts.assets.split(" ");
  const cache = await caches.open(OWN + person);
  const lacking = [];
  for (const address of assets) if (!(await cache.match(address))) lacking.push(address);
  if (lacking.length) return prepare(person, review, assets, { host: had.host, until: Number(facts.until) });
  await cache.put(`/reviews/${review}/workspace`, answer);
  await act("readwrite", (store) => answered(store("reviews").put({ ...had, until: Number(facts.until), at: Date.now() })));
}

// What sw.js would serve without a network, or null.
export async function fromDevice(address) {
  const answer = await fetch(address, { headers: { "X-From-Device": "1" } }).catch(() => null);
  return answer?.ok && answer.headers.get("X-From-Device") ? answer : null;
}

// A real note and a real file, written, read and taken away again.
export async function writes() {
  const text = `${Date.now()}`;
  const read = await act("readwrite", async (store) => {
    await answered(store("files").put({ key: "trial", blob: new Blob([text]) }));
    const back = await answered(store("files").get("trial"));
    await answered(store("files").delete("trial"));
    return back.blob;
  });
  return (await read.text()) === text;
}

// --- Forgetting ----------------------------------------------------------------------------------------------------------
// What was not sent is never forgotten here: only `drop` does that, when the person says so.
export async function forgetReview(person, review) {
  const cache = (await caches.has(OWN + person)) ? await caches.open(OWN + person) : null;
  for (const address of pagesOf(review)) await cache?.delete(address, { ignoreSearch: true, ignoreVary: true });
  await act("readwrite", (store) => answered(store("reviews").delete([person, review])));
  await drop((await notes(person, review)).filter((note) => !isUnsent(note)).map((note) => note.position));
  if (!(await prepared(person)).length) await caches.delete(OWN + person);
}

async function forgetPerson(person) {
  for (const one of await prepared(person)) await forgetReview(person, one.review);
  await drop((await notes(person)).filter((note) => !isUnsent(note)).map((note) => note.position));
  await caches.delete(OWN + person);
}

// When nothing at all is kept any longer: then not even that something was.
async function forgetDevice() {
  const left = await act("readonly", async (store) => (await answered(store("notes").count())) + (await answered(store("reviews").count())));
  if (left || local((store) => Object.keys(store).some((key) => /^pr:\d+:.*#visit$/.test(key)))) return;
  const database = await open();
  database.close();
  opened = null;
  indexedDB.deleteDatabase("peerreview-visit");
  for (const one of await navigator.serviceWorker.getRegistrations()) if (one.active?.scriptURL.endsWith("/sw.js")) await one.unregister();
  local((store) => store.removeItem(KEEPS));
}

// At the start of any page: what is past its day goes, and all that another person left but could still send; and the
// server is asked whether the reviews that this person prepared still take notes.
export async function tidy(person, asks = true) {
  const all = await act("readonly", (store) => answered(store("reviews").getAll()));
  for (const one of all) if (one.until < Date.now() || (person && one.person !== person)) await forgetReview(one.person, one.review);
  if (!person) return;
  for (const name of await caches.keys()) if (name.startsWith(OWN) && name !== OWN + person) await caches.delete(name);
  if (asks) for (const one of await prepared(person)) {
    const there = await contact(one.review);
    if (there.kind === "ok" && there.person === person && !there.open) await forgetReview(person, one.review);
  }
  if (asks) await forgetDevice();
}

// Before signing out: how many notes are still here. When there are none, nothing of this person stays behind.
export async function leave(person) {
  const here = (await unsentOf(person)).length + drafts(person).length;
  if (here) return here;
  await forgetPerson(person);
  await forgetDevice();
  return 0;
}
