// Before the first paint: the theme and the language the person chose, and whether they will see the welcome page, so that nothing flashes.
(() => {
  const root = document.documentElement;
  let theme = null, language = null, accounts = [];
  try {
    accounts = JSON.parse(localStorage.getItem('accounts') ?? '[]');
    theme = localStorage.getItem('theme');
    language = localStorage.getItem('language');
  } catch {
    // Storage is switched off: the system decides.
  }

  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const wanted = language ?? navigator.languages?.[0] ?? navigator.language ?? 'en';
  const asked = /^\/a\/([a-z0-9]+)/.exec(location.pathname)?.[1];
  root.dataset.phase = (asked ? accounts.some(one => one?.id === asked) : location.search === '' && accounts.length > 0) ? 'app' : 'welcome';

  // The form can be seen before its scripts are there: what is done with it until then is noted, and never leaves as a form of the browser's own.
  document.addEventListener('submit', event => {
    event.preventDefault();
    root.dataset.earlySubmit = '1';
  });
  document.addEventListener('click', event => {
    const tab = event.target instanceof Element ? event.target.closest('#tab-register, #tab-signin') : null;
    if (tab) root.dataset.earlyTab = tab.id;
  });
  root.lang = wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
})();
