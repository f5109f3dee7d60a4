// Before the first paint: the theme and the language the person chose, so that nothing flashes.
(() => {
  const root = document.documentElement;
  let theme = null, language = null;
  try {
    theme = localStorage.getItem('theme');
    language = localStorage.getItem('language');
  } catch {
    // Storage is switched off: the system decides.
  }

  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const wanted = language ?? navigator.languages?.[0] ?? navigator.language ?? 'en';
  root.lang = wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
})();
