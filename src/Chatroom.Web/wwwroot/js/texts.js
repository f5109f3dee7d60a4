// The sentences of the page in one language: flat key files, shared with .NET.
let table = {};

export const language = () => document.documentElement.lang.startsWith('zh') ? 'zh-Hans' : 'en';

export async function load() {
  const wanted = language();
  const parts = await Promise.all(['common', 'web'].map(async part => (await fetch(`/texts/${part}.${wanted}.json`)).json()));
  if (wanted !== language()) return load(); // Another was chosen meanwhile.
  table = Object.assign({}, ...parts);
}

/** The sentence of a key with {0}, {1} … filled in; the key itself where there is none. */
export const text = (key, ...args) => (table[key] ?? key).replace(/\{(\d)\}/g, (_, i) => args[i] ?? '');

/** The sentence of a key as it is; null where there is none. */
export const find = key => table[key] ?? null;

/** Puts the sentences into elements that name a key. */
export function apply(root) {
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  for (const element of root.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', text(element.dataset.label));
    if (element.title) element.title = text(element.dataset.label);
  }
}
