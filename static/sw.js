// Serves the pages of a visit when there is no network. It keeps nothing by itself: device.js puts the pages of a review
// that somebody prepared, with what they need, into a cache of that person; everything else passes by untouched.
"use strict";
const OWN = "pr-visit-";
const DEVICE = "/reviews/on-this-device";
const PAGE = /^\/reviews\/(?:\d+\/workspace(?:\/ready)?|on-this-device)$/;
const PATIENCE = 6000; // a network that says nothing for so long is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(forgetExpired().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.headers.get("X-From-Device")) return event.respondWith(asKept(url));
  if (request.mode === "navigate") return event.respondWith(page(request, url));
  if (url.pathname.startsWith("/static/") || url.pathname === "/label.css") event.respondWith(asset(request, url));
});

async function kept(url) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(OWN)) continue;
    const cache = await caches.open(name);
    const found = await cache.match(PAGE.test(url.pathname) ? url.pathname : url.pathname + url.search, { ignoreVary: true });
    if (!found) continue;
    if (!isExpired(found)) return found;
    await forgetExpired();
  }
  return null;
}

async function asKept(url) {
  const found = await kept(url);
  if (!found) return new Response(null, { status: 204 });
  const headers = new Headers(found.headers);
  headers.set("X-From-Device", "1");
  return new Response(found.body, { status: found.status, headers });
}

// From the network; when nobody answers, or the server cannot, as it was kept. Other pages lead to what is kept here.
async function page(request, url) {
  const own = PAGE.test(url.pathname);
  const copy = own ? await kept(url) : null;
  try {
    const answer = await (copy ? soon(fetch(request)) : fetch(request));
    if (own && answer.status === 404) await forget(url.pathname);
    return copy && answer.status >= 500 ? copy : answer;
  } catch (error) {
    const instead = copy || (await kept(new URL(DEVICE, self.location.origin)));
    if (!instead) throw error;
    return own || url.pathname === DEVICE ? instead : Response.redirect(DEVICE, 302);
  }
}

const soon = (answer) => Promise.race([answer, new Promise((_, no) => setTimeout(() => no(new Error("too slow")), PATIENCE))]);

async function asset(request, url) {
  const copy = await kept(url);
  if (copy && url.searchParams.has("v")) return copy; // another content has another address
  try { return await fetch(request); } catch (error) { if (copy) return copy; throw error; }
}

async function forget(path) {
  for (const name of await caches.keys()) if (name.startsWith(OWN)) await (await caches.open(name)).delete(path, { ignoreVary: true });
}

const isExpired = (answer) => Date.parse(answer.headers.get("X-Keep-Until") || "") < Date.now();
async function forgetExpired() {
  for (const name of await caches.keys()) {
    if (!name.startsWith(OWN)) continue;
    const cache = await caches.open(name);
    const expired = [];
    for (const one of await cache.keys()) if (isExpired(await cache.match(one, { ignoreVary: true }))) expired.push(one);
    if (!expired.length) continue; // perhaps it is being filled just now
    for (const one of expired) await cache.delete(one, { ignoreVary: true });
    const left = (await cache.keys()).filter((one) => /\/workspace$/.test(new URL(one.url).pathname));
    if (!left.length) await caches.delete(name);
  }
}
