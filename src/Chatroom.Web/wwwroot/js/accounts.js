// The accounts signed in on this browser, the last used first. The proof of each is in a cookie that script cannot read.
const KEY = 'accounts';

function read() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter(one => typeof one?.id === 'string') : [];
  } catch {
    return [];
  }
}

function write(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list.slice(0, 20)));
  } catch {
    // Storage is switched off or full: this tab goes on, the next start asks again.
  }
}

export const all = read;

export const find = id => read().find(one => one.id === id);

export const use = account => write([account, ...read().filter(one => one.id !== account.id)]);

export const forget = id => write(read().filter(one => one.id !== id));

/** The account that the address names: /a/ID/… */
export const inAddress = () => /^\/a\/([a-z0-9]+)(\/|$)/.exec(location.pathname)?.[1] ?? null;
