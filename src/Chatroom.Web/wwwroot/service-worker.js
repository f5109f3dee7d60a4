// Lets the page open without the server, and quickly with it; shows notifications' clicks to the right tab. It is registered as
// /service-worker.js?v=VERSION, so a new version of the program is a new worker: it waits until the page says "activate".
"use strict";

const version = new URL(location.href).searchParams.get("v") ?? "0";
const cacheName = `chatroom-${version}`;
const shell = "/";

// How long the network may take before what is kept is shown instead, in ms.
const pageWithin = 3000;
const fileWithin = 1500;

// Of the server's own, nothing is kept: conversations and files are not for a cache, and a download must not run through here.
const neverPaths = /^\/(sessions|accounts|files|server|healthz|ws)(\/|$)|^\/a\/[^/]+\/(files|ws|session)(\/|$)/;
const pagePaths = /^\/($|index\.html$|a\/)/;
const filePaths = /\.(js|css|wasm|dat|woff2|png|svg|webp|ico|json|webmanifest)$/;

// A name with a fingerprint, or an address with a version, never gets another content.
const immutablePaths = /^\/_framework\/.+\.[0-9a-z]{10}\.[a-z]+$/;
const isImmutable = url => immutablePaths.test(url.pathname) || url.searchParams.has("v");

self.addEventListener("install", event => event.waitUntil(install()));
self.addEventListener("activate", event => event.waitUntil(activate()));

async function install() {
    const cache = await caches.open(cacheName);
    const response = await fetch(shell, { cache: "no-cache" });
    if (!isKeepable(response)) {
        throw new Error(`The server gave ${response.status} for the page.`);
    }

    const html = await response.clone().text();
    await cache.put(shell, response);

    // All that the page names: also what this visit does not come to use opens off line.
    await keep(Array.from(html.matchAll(/(?:src|href)="([^"#]+)"/g), match => match[1]));
    if (self.registration.active) {
        for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
            client.postMessage({ type: "update", version });
        }
    }
}

async function activate() {
    for (const name of await caches.keys()) {
        if (name.startsWith("chatroom-") && name !== cacheName) {
            await caches.delete(name);
        }
    }

    // The page's request starts while this worker still starts.
    await self.registration.navigationPreload?.enable();

    // The page that registered the first worker is to be served by it too.
    await self.clients.claim();
}

self.addEventListener("message", event => {
    switch (event.data?.type) {
        case "activate":
            self.skipWaiting();
            break;
        case "keep":
            // What the page loaded before there was a worker. It comes from the browser's own cache.
            event.waitUntil(keep(event.data.urls));
            break;
    }
});

async function keep(urls) {
    const cache = await caches.open(cacheName);
    for (const address of urls.slice(0, 500)) {
        const url = new URL(address, location.href);
        if (url.origin === location.origin && isStatic(url) && !await cache.match(url.href)) {
            const response = await fetch(url.href);
            if (isKeepable(response)) {
                await cache.put(url.href, response);
            }
        }
    }
}

const isStatic = url => !neverPaths.test(url.pathname) && filePaths.test(url.pathname) && url.pathname !== "/service-worker.js";

const isKeepable = response => response.status === 200 && response.type === "basic" && !response.redirected;

self.addEventListener("fetch", event => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin || neverPaths.test(url.pathname) || request.headers.has("range")) {
        return;
    }

    if (request.mode === "navigate") {
        if (pagePaths.test(url.pathname)) {
            event.respondWith(freshOrKept(event, request, shell, pageWithin));
        }
    } else if (isStatic(url)) {
        event.respondWith(isImmutable(url) ? kept(event, request) : freshOrKept(event, request, request.url, fileWithin));
    }
});

/** From the cache, of whatever version; else from the network. */
async function kept(event, request) {
    const found = await caches.match(request.url);
    if (found) {
        return found;
    }

    const response = await fetch(request);
    put(event, request.url, response);
    return response;
}

/** From the network, and kept; when it fails or takes too long, what is kept. */
async function freshOrKept(event, request, key, within) {
    const fresh = (async () => {
        const response = await event.preloadResponse ?? await fetch(request);
        put(event, key, response);
        return response;
    })();
    const freshOrNull = fresh.catch(() => null);
    const old = await (await caches.open(cacheName)).match(key);
    if (!old) {
        return fresh;
    }

    // The race may be lost to the clock: the answer that comes later is still kept, and its failure is no news.
    const late = new Promise(resolve => setTimeout(resolve, within, null));
    event.waitUntil(freshOrNull);
    const first = await Promise.race([freshOrNull, late]);

    // A proxy in front answers 502 and the like while the server is down.
    return first && first.status < 500 ? first : old;
}

function put(event, key, response) {
    if (isKeepable(response) && (key !== shell || response.headers.get("content-type")?.startsWith("text/html"))) {
        const copy = response.clone();
        event.waitUntil(caches.open(cacheName).then(cache => cache.put(key, copy)));
    }
}

self.addEventListener("notificationclick", event => {
    event.notification.close();
    event.waitUntil(openRoom(event.notification.data));
});

/** Brings the account's tab to the front and tells it the room; opens one when there is none. */
async function openRoom({ account, room }) {
    const base = `/a/${account}`;
    const clients = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const isOurs = ({ pathname }) => pathname === base || pathname.startsWith(`${base}/`);
    const tab = clients.find(client => isOurs(new URL(client.url)));
    if (!tab) {
        await self.clients.openWindow(`${base}/r/${room}`);
        return;
    }

    tab.postMessage({ type: "open-room", account, room });
    await tab.focus();
}
