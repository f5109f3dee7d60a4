// The page's first script: the sign-in form works at once, and .NET starts behind it.
import * as accounts from './accounts.js';
import * as snapshot from './snapshot.js';
import * as texts from './texts.js';
import * as welcome from './welcome.js';
import { watchPreferences } from './preferences.js';

const root = document.documentElement;
let identify, current, stopWatching;

/** The account of this tab, as "id\nname", when it is known. */
export const account = new Promise(resolve => identify = found => {
  accounts.use(found);
  if (accounts.inAddress() !== found.id) history.replaceState(null, '', `/a/${found.id}/`);
  root.dataset.phase = 'app';
  resolve(current = `${found.id}\n${found.name}`);
});

export const accountAsync = () => account;

/** Calls when another build of the page has been installed beside this one. */
export function onUpdate(callback) {
  navigator.serviceWorker?.addEventListener('message', event => {
    if (event.data?.type === 'update') callback();
  });
}

export const reload = () => location.reload();

/** The application has drawn itself: what was shown in its place goes. */
export function ready() {
  if (root.dataset.phase === 'ready') return;
  document.getElementById('snapshot').replaceChildren();
  root.dataset.phase = 'ready';
  performance.mark('chatroom-ready');
  const [id] = current.split('\n');
  stopWatching = snapshot.watch(id, document.getElementById('app'));
  keepForOffline().catch(error => console.warn('The page cannot be kept for being off line.', error));
}

/** While the last view stands in the application's place: how the connection is. False when there is no such view. */
export function say(state, word) {
  const line = document.querySelector('#snapshot .connection');
  if (!line) return false;
  line.dataset.state = state;
  line.textContent = word;
  return true;
}

/** Ends this tab's account: to the welcome page, with a word about why. */
export function leave(id, reason) {
  stopWatching?.();
  onbeforeunload = null; // What page.js guards is given up with the account.
  accounts.forget(id);
  location.assign(`/?${reason || 'welcome'}`);
}

/** Another account in a tab of its own. */
export const addAccount = () => window.open('/?add', '_blank', 'noopener');

async function start() {
  welcome.prepare();
  watchPreferences(welcome.relabel);
  const asked = accounts.inAddress();
  const known = asked ? accounts.find(asked) : location.search === '' ? accounts.all()[0] : undefined;
  if (known) {
    root.dataset.phase = 'app';
    const shown = snapshot.show(known.id, document.getElementById('snapshot')).catch(error => console.warn('The last view could not be shown.', error));
    await texts.load();
    await shown;
    say('connecting', texts.text('connection.connecting'));
    startNet();
    identify(known);
  } else {
    root.dataset.phase = 'welcome';
    await texts.load();
    texts.apply(document.body);
    startNet();
    const found = welcome.welcome(location.search === '?signed-out' ? 'welcome.signed-out' : null);
    await welcome.describe();
    identify(await found);
  }
}

// The runtime keeps the page busy when it starts, so what can be shown before is painted first; its files are on their way since the page's head.
async function startNet() {
  try {
    await new Promise(resolve => {
      requestAnimationFrame(() => setTimeout(resolve, 0));
      setTimeout(resolve, 250); // A tab in the background paints nothing.
    });
    await Blazor.start({ loadBootResource });
  } catch (error) {
    console.error(error);
    document.getElementById('broken').hidden = false;
  }
}

start().catch(error => {
  console.error(error);
  document.getElementById('broken').hidden = false;
});

// The build puts all assemblies into one file: see tools/WebPack. Their names are its index.
let bundle;

async function fetchBundle() {
  const link = document.querySelector('link[rel="preload"][href*="/assemblies."]');
  const response = await fetch(link.href, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The page's program could not be fetched (${response.status}).`);
  const bytes = await response.arrayBuffer(), length = new DataView(bytes).getUint32(0, true);
  return { bytes, start: 4 + length, index: JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) };
}

async function assembly(name) {
  const { bytes, start, index } = await (bundle ??= fetchBundle());
  const [offset, length] = index[name];
  return new Response(new Uint8Array(bytes, start + offset, length), { headers: { 'Content-Type': 'application/wasm' } });
}

const loadBootResource = (type, name, address) => type === 'assembly' ? assembly(address.slice(address.lastIndexOf('/') + 1)) : undefined;


/** Asks the server to take the account's cookie away. */
export async function endSession(id) {
  try {
    await fetch(`/a/${id}/session`, { method: 'DELETE' });
  } catch (error) {
    console.warn('The server could not be told.', error);
  }
}

// A service worker opens the page without a connection. Each build of the page is a worker of its own, so that the browser notices a new one.
async function keepForOffline() {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  const about = await (await fetch('/server', { cache: 'no-store' })).json();
  try {
    await navigator.serviceWorker.register(`/service-worker.js?v=${about.build}`);
    root.dataset.worker = 'yes';
  } catch (error) {
    // A certificate that the browser does not trust: the page works, but cannot be installed.
    root.dataset.worker = 'refused';
    console.info('No service worker:', error.message);
    return;
  }

  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ type: 'keep', urls: performance.getEntriesByType('resource').map(entry => entry.name) });
}
