// What this browser remembers for all its accounts: theme, language, sound. Changes reach the other tabs by the storage event.
import * as texts from './texts.js';

export const get = (key, otherwise) => {
  try {
    return localStorage.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const set = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Kept for this page only.
  }
};

export function setTheme(theme) {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
    try {
      localStorage.removeItem('theme');
    } catch {
      // It was never stored.
    }
  } else {
    document.documentElement.dataset.theme = theme;
    set('theme', theme);
  }

  mark();
}

export const theme = () => document.documentElement.dataset.theme ?? 'system';

export const language = () => texts.language();

/** Changes the language of everything; completes when the sentences are here. */
export async function setLanguage(code) {
  const root = document.documentElement, before = root.lang;
  root.lang = code.startsWith('zh') ? 'zh-CN' : 'en';
  try {
    await texts.load();
  } catch (error) {
    root.lang = before;
    throw error;
  }

  set('language', root.lang);
  mark();
}

function mark() {
  for (const button of document.querySelectorAll('[data-theme-choice]')) button.setAttribute('aria-pressed', String(button.dataset.themeChoice === theme()));
  for (const button of document.querySelectorAll('[data-language-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.languageChoice === document.documentElement.lang));
  }
}

/** Makes the switches of the welcome page work. */
export function watchPreferences(relabel) {
  for (const button of document.querySelectorAll('[data-theme-choice]')) button.onclick = () => setTheme(button.dataset.themeChoice);
  for (const button of document.querySelectorAll('[data-language-choice]')) {
    button.onclick = async () => {
      await setLanguage(button.dataset.languageChoice).catch(error => console.warn('The language could not be fetched.', error));
      relabel();
    };
  }

  addEventListener('storage', event => {
    if (event.key === 'theme') setTheme(event.newValue ?? 'system');
  });
  mark();
}
