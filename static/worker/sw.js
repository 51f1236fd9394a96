// Pages already seen can be read without a line. Network first; kept are only the shop's open pages, asked for again without any
// cookie, so that nothing of a person is in them; never a basket, an order, an account, a form's answer, or what says no-store.
const PAGES = `pages-${VERSION}`, FILES = `files-${VERSION}`;
const OPEN = /^(\/en)?\/(produk(\/[^/]+)?|kategori\/[^/]+|kelompok(\/[^/]+)?|koleksi\/[^/]+|info\/[^/]+)?$/;
const OFFLINE = { id: "/luring", en: "/en/luring" };
const MOST = { [PAGES]: 60, [FILES]: 240 };

addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      await (await caches.open(FILES)).addAll(KEPT);
      const pages = await caches.open(PAGES);
      for (const address of Object.values(OFFLINE)) await keep(pages, PAGES, new Request(address));
      await skipWaiting();
    })(),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (!(name in MOST)) await caches.delete(name);
      await clients.claim();
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method !== "GET") {
    // Who logs out leaves nothing behind.
    if (/\/keluar$/.test(address.pathname)) event.waitUntil(caches.delete(PAGES));
    return;
  }
  if (request.mode === "navigate") event.respondWith(page(event, request, address));
  else if (/^\/(static|media)\//.test(address.pathname)) event.respondWith(file(event, request));
});

async function page(event, request, address) {
  try {
    const answer = await fetch(request);
    if (answer.ok && OPEN.test(address.pathname))
      event.waitUntil(caches.open(PAGES).then((pages) => keep(pages, PAGES, new Request(request.url))));
    return answer;
  } catch (failure) {
    const lang = /^\/en(\/|$)/.test(address.pathname) ? "en" : "id";
    return (await caches.match(request.url)) ?? (await caches.match(OFFLINE[lang])) ?? Promise.reject(failure);
  }
}

async function keep(store, name, request) {
  const answer = await fetch(request, { credentials: "omit" });
  if (!answer.ok || /no-store/.test(answer.headers.get("Cache-Control") ?? "")) return;
  await store.put(request, answer);
  const known = await store.keys();
  for (const old of known.slice(0, Math.max(0, known.length - MOST[name])))
    if (!Object.values(OFFLINE).includes(new URL(old.url).pathname)) await store.delete(old);
}

async function file(event, request) {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && /immutable/.test(answer.headers.get("Cache-Control") ?? "")) {
    const copy = answer.clone();
    event.waitUntil(
      caches.open(FILES).then(async (files) => {
        await files.put(request.url, copy);
        const known = await files.keys();
        for (const old of known.slice(0, Math.max(0, known.length - MOST[FILES])))
          if (!KEPT.includes(new URL(old.url).pathname)) await files.delete(old);
      }),
    );
  }
  return answer;
}
