// The last view, kept as structure and shown before .NET has started. Never as HTML: what people wrote goes back as text nodes only.

import { database } from "./store.js";

const key = "view";
const table = "values";
const mostCharacters = 256 * 1024;
const rowsTried = [60, 20, 5];
const changesWithin = 5000;
const svg = "http://www.w3.org/2000/svg";

// What a view is made of. Anything else is left out with what is in it: nothing here loads, runs or submits.
const plainTags = new Set(("a article aside b bdi blockquote br button code dd div dl dt em figcaption figure footer form h1 h2 h3 h4 header hr "
    + "i input kbd label li main mark nav ol p pre s section small span strong sub sup textarea time u ul").split(" "));
const svgTags = new Set("svg use path circle rect line g".split(" "));
const attributes = new Set(("class role lang dir datetime viewBox d cx cy r x y x1 x2 y1 y2 rx width height fill stroke stroke-width "
    + "stroke-linecap stroke-linejoin").split(" "));

const isKept = name => attributes.has(name) || name.startsWith("aria-") || name.startsWith("data-");

// References into the page's own sprite only: "#eye", "/icons.svg#eye".
const isOwnUse = (tag, name, value) => tag === "use" && name === "href" && /^(\/[\w-]+\.svg)?#[\w-]+$/.test(value);

/** The tree of an element: [tag, attributes, children], texts as strings; null when it is larger than is worth keeping. */
export function take(root) {
    for (const rows of rowsTried) {
        const left = { characters: mostCharacters, first: firstRow(root, rows) };
        const tree = takeElement(root, left);
        if (left.characters >= 0) {
            return tree;
        }
    }

    return null;
}

/** The oldest row of the timeline that is taken: the last ones are what the person sees first. */
function firstRow(root, rows) {
    return Array.from(root.querySelectorAll("[role='log'] :is([data-seq], [data-client])")).at(-rows) ?? null;
}

/** Before the first row and in the timeline; what holds the row comes before it too, but is taken. */
const isTooOld = (element, first) => first !== null
    && (first.compareDocumentPosition(element) & (Node.DOCUMENT_POSITION_PRECEDING | Node.DOCUMENT_POSITION_CONTAINS))
        === Node.DOCUMENT_POSITION_PRECEDING
    && element.closest("[role='log']") !== null;

function takeElement(element, left) {
    const tag = element.localName;
    if (left.characters < 0 || !(element.namespaceURI === svg ? svgTags : plainTags).has(tag) || isTooOld(element, left.first)
        // Closed popovers, hidden fields and the like would come back without what hides them.
        || getComputedStyle(element).display === "none") {
        return null;
    }

    const kept = {};
    left.characters -= tag.length + 9;
    for (const { name, value } of element.attributes) {
        if (isKept(name) || isOwnUse(tag, name, value)) {
            kept[name] = value;
            left.characters -= name.length + value.length + 6;
        }
    }

    const children = [];
    for (const node of element.childNodes) {
        const child = node.nodeType === Node.TEXT_NODE ? node.data
            : node.nodeType === Node.ELEMENT_NODE ? takeElement(node, left)
            : null;
        if (child !== null && child !== "") {
            children.push(child);
            left.characters -= typeof child === "string" ? child.length + 3 : 1;
        }
    }

    return [tag, kept, children];
}

/** The tree as elements that nobody can click, type into or tab to. Throws when it is no such tree. */
export function revive(tree) {
    const root = reviveElement(tree, { nodes: 20000 });
    root.inert = true;
    root.setAttribute("aria-busy", "true");
    const fragment = document.createDocumentFragment();
    fragment.append(root);
    return fragment;
}

function reviveElement([tag, kept, children], left) {
    // Looked at again: what is in a database may be from another version, or altered.
    const isSvg = svgTags.has(tag);
    if (!isSvg && !plainTags.has(tag) || left.nodes-- <= 0) {
        throw new TypeError("This is no kept view.");
    }

    const element = isSvg ? document.createElementNS(svg, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(kept)) {
        if (isKept(name) || isOwnUse(tag, name, value)) {
            element.setAttribute(name, value);
        }
    }

    if (tag === "button" || tag === "input" || tag === "textarea") {
        element.disabled = true;
    }

    for (const child of children) {
        element.append(typeof child === "string" ? document.createTextNode(child) : reviveElement(child, left));
    }

    return element;
}

async function values(account, mode) {
    const db = await database(account);
    return db.transaction(table, mode).objectStore(table);
}

const done = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});

/** Keeps the view of the account; a view that is too large removes the one before, which would be out of date. */
export async function save(account, root) {
    const tree = take(root);
    const store = await values(account, "readwrite");
    const request = tree ? store.put({ tree, lang: document.documentElement.lang, time: Date.now() }, key) : store.delete(key);
    // The page may be on its way out: nothing else comes.
    store.transaction.commit?.();
    await done(request);
}

/** {tree, lang, time} of the account's last view, or null when there is none. */
export async function load(account) {
    return await done((await values(account, "readonly")).get(key)) ?? null;
}

/** The account's last view, ready to be put into the page; null when there is none, or none that can be shown. */
export async function restore(account) {
    try {
        const view = await load(account);
        return view ? revive(view.tree) : null;
    } catch (error) {
        // Without it the page starts as on the first day.
        console.warn(`The last view cannot be shown: ${error.message}`);
        return null;
    }
}

/** Shows the account's last view in an element, at its newest row, unless the application is there first. */
export async function show(account, host) {
    const view = await restore(account);
    if (view && document.documentElement.dataset.phase !== "ready") {
        host.replaceChildren(view);
        for (const log of host.querySelectorAll("[role='log']")) {
            log.scrollTop = log.scrollHeight;
        }
    }
}

/** Removes the account's last view. deleteAll() of store.js does so too. */
export async function forget(account) {
    await done((await values(account, "readwrite")).delete(key));
}

/** Keeps the view up to date until the function given back is called: when the page is hidden or left, and some time after changes. */
export function watch(account, root) {
    let timer = 0;
    const saveNow = () => {
        clearTimeout(timer);
        timer = 0;
        save(account, root).catch(error => console.warn(`The view is not kept: ${error.message}`));
    };
    const whenHidden = () => document.visibilityState === "hidden" && saveNow();
    const observer = new MutationObserver(() => {
        timer ||= setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(saveNow), changesWithin);
    });
    observer.observe(root, { childList: true, subtree: true, characterData: true });
    document.addEventListener("visibilitychange", whenHidden);
    addEventListener("pagehide", saveNow);
    return () => {
        clearTimeout(timer);
        observer.disconnect();
        document.removeEventListener("visibilitychange", whenHidden);
        removeEventListener("pagehide", saveNow);
    };
}
