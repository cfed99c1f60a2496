// Two pages about what this device keeps: "Ready for the visit?", which puts a review on it and looks whether all of it is
// really there, and "What is on this device?". Words stand in the <template id="say-…"> of those pages.
const device = await import(document.body.dataset.device);
const person = Number(document.body.dataset.person);
const $ = (id) => document.getElementById(id);
const lang = document.documentElement.lang;
const moment = (at) => new Date(at).toLocaleString(lang, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
function words(name, values = {}) {
  const copy = $(name).content.cloneNode(true);
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  return copy;
}

// --- Ready for the visit? ------------------------------------------------------------------------------------------------
const ROOM = 200 * 1024 * 1024;

function readiness(page) {
  const { review, norms, items, accounts } = page.dataset;
  const address = `/reviews/${review}/workspace`;
  const assets = page.dataset.assets.split(" ");
  let kept = null; // the page as the device would serve it
  const count = (selector) => kept?.querySelectorAll(selector).length ?? 0;
  return {
    works: async () => device.canKeep() && Boolean((await navigator.serviceWorker.getRegistration())?.active),
    page: async () => {
      const answer = await device.fromDevice(address);
      kept = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
      return Boolean(kept?.getElementById("f")) && kept.body.dataset.person === String(person);
    },
    looks: async () => (await Promise.all(assets.map(device.fromDevice))).every(Boolean),
    norms: async () => count("#norms [data-norm]") === Number(norms) && count("[data-norm-text]") === Number(norms) + 1,
    items: async () => kept !== null && count("#talks [data-talk]:not([data-talk=''])") === Number(items),
    accounts: async () => kept !== null && Number(accounts) <= count("[data-norm-text]"),
    room: async () => {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return quota - usage > ROOM;
    },
    writes: device.writes,
  };
}

async function look(page) {
  const checks = readiness(page);
  let good = true;
  for (const row of page.querySelectorAll("[data-check]")) {
    const there = await checks[row.dataset.check]().catch(() => false);
    good &&= there;
    row.dataset.there = there ? "1" : "0";
    row.querySelector("[data-state]").replaceChildren(words(there ? "say-yes" : "say-no"));
  }
  $("outcome").replaceChildren(words(good ? "say-good" : "say-bad", { time: moment(Date.now()) }));
  page.dataset.looked = good ? "1" : "0";
  $("prepare").classList.toggle("btn-primary", !good);
}

async function ready(page) {
  const { review, host, until, assets } = page.dataset;
  $("prepare").addEventListener("click", async () => {
    delete page.dataset.looked;
    if (!device.canKeep()) return look(page);
    for (const state of page.querySelectorAll("[data-state]")) state.replaceChildren(words("say-looking"));
    try {
      await device.prepare(person, Number(review), assets.split(" "), { host, until: Number(until) });
      await look(page);
    } catch {
      await look(page);
      $("outcome").replaceChildren(words("say-away"));
    }
  });
  if ((await device.prepared(person)).some((one) => one.review === Number(review))) await look(page);
}

// --- What is on this device? ---------------------------------------------------------------------------------------------
async function list() {
  const unsent = await device.unsentOf(person);
  const begun = device.drafts(person);
  const kept = await device.prepared(person);
  const rows = [
    ...unsent.map((note) => [note, `${note.host} · ${moment(note.noted_at)}`]),
    ...begun.map((draft) => [draft, `${draft.host} · ${words("say-begun").textContent}`]),
  ].map(([note, meta]) => {
    const row = words("say-row").firstElementChild;
    row.querySelector("[data-text]").textContent = note.text;
    row.querySelector("[data-meta]").textContent = meta;
    row.querySelector("[data-open]").href = `/reviews/${note.review}/workspace`;
    return row;
  });
  $("waiting-list").replaceChildren(...rows);
  $("waiting").hidden = !rows.length;
  if ($("first")) $("first").hidden = !rows.length;
  $("kept-list").replaceChildren(...kept.map((one) => {
    const row = words("say-visit").firstElementChild;
    Object.assign(row.querySelector("a"), { href: `/reviews/${one.review}/workspace`, textContent: one.host });
    row.querySelector("[data-meta]").textContent = words("say-since", { time: moment(one.at) }).textContent;
    row.querySelector("[data-forget]").addEventListener("click", () => device.forgetReview(person, one.review).then(list));
    return row;
  }));
  $("kept").hidden = !kept.length;
  $("nothing").hidden = Boolean(rows.length || kept.length);
}

async function sendAll() {
  const reviews = [...new Set((await device.unsentOf(person)).map((note) => note.review))];
  for (const review of reviews) {
    const outcome = await device.send(person, review).catch(() => "trouble");
    const said = { offline: "say-away", signin: "say-signin", unknown: "say-unknown", closed: "say-closed", trouble: "say-busy", refused: "say-refused" }[outcome];
    $("said").replaceChildren(...(said ? [words(said)] : []));
  }
  await list();
}

async function throwAway() {
  await device.drop((await device.unsentOf(person)).map((note) => note.position));
  for (const draft of device.drafts(person)) device.dropDraft(draft.key);
  await list();
}

if ($("ready") && $("prepare")) await ready($("ready"));
if ($("device")) {
  $("send-all").addEventListener("click", sendAll);
  $("drop-all").addEventListener("click", () => $("sure").showModal());
  $("sure").addEventListener("close", () => { if ($("sure").returnValue) throwAway(); $("sure").returnValue = ""; });
  await list();
}
document.body.dataset.kept = "1";
