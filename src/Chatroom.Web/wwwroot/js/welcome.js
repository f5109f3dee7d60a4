// Sign in and register, before .NET is there. The server answers with a code and the field that caused it; errors stand next to that field.
import * as accounts from './accounts.js';
import { apply, find, text } from './texts.js';

const element = id => document.getElementById(id);

let registering = false;
let about = null;

let chosen;
const choice = new Promise(resolve => chosen = resolve);

// What stands in red: the field it belongs to, and its sentence in the language of the moment.
let failure = null;

/** Shows the page, with the sentence of a key as why one is here, and gives the account that was signed in. */
export function welcome(why) {
  if (failure) mark(); // Said before the sentences were there.
  else if (why) fail(() => text(why));
  document.title = text('welcome.title');
  listAccounts();
  takeInvite();
  // Who is at another field or tab already stays there.
  if (element('name').value === '' && (document.activeElement ?? document.body) === document.body) element('name').focus();
  // What was done before these handlers were there: theme.js has noted it.
  const early = document.documentElement.dataset;
  turn(registering || early.earlyTab === 'tab-register');
  if (early.earlySubmit) submit();
  return choice;
}

/** Connects the form; it can be typed in before. */
export function prepare() {
  addEventListener('hashchange', takeInvite); // Another link in the same tab.
  element('tab-signin').onclick = () => change(false);
  element('tab-register').onclick = () => change(true);
  element('show-password').onclick = showPassword;
  element('welcome-form').onsubmit = event => {
    event.preventDefault();
    event.stopPropagation(); // theme.js need not note it.
    submit();
  };
  for (const tab of document.querySelectorAll('#welcome [role=tab]')) {
    tab.onkeydown = event => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      change(!registering);
      element(registering ? 'tab-register' : 'tab-signin').focus();
    };
  }
}

/** Says what the server told about itself: its name, who may register, and whether anybody has yet. */
export async function describe() {
  try {
    const response = await fetch('/server', { cache: 'no-store' });
    about = response.ok ? await response.json() : null;
  } catch {
    about = null;
  }

  if (about) {
    element('server-name').textContent = about.name;
    element('tab-register').hidden = about.registration === 'closed' && !about.empty;
    // Whoever comes first has nothing to sign in to.
    turn(!element('tab-register').hidden && (registering || about.empty === true && document.documentElement.dataset.earlyTab !== 'tab-signin'));
  } else {
    fail(() => text('welcome.offline'));
  }
}

// The link of an invitation: its code is behind the #, so that no server or proxy writes it down.
function takeInvite() {
  const code = location.search === '?join' && /^#([\w-]+)/.exec(location.hash)?.[1];
  if (!code) return;
  element('invite').value = code;
  turn(true);
}

export function relabel() {
  apply(element('welcome'));
  listAccounts();
  turn(registering);
  if (failure) mark();
}

function listAccounts() {
  const list = element('welcome-accounts');
  list.replaceChildren(...accounts.all().map(account => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button wide';
    button.textContent = text('welcome.continue', account.name);
    button.onclick = () => done(account);
    item.append(button);
    return item;
  }));
  list.hidden = list.childElementCount === 0;
}

function turn(register) {
  registering = register;
  element('tab-signin').setAttribute('aria-selected', String(!register));
  element('tab-register').setAttribute('aria-selected', String(register));
  element('tab-signin').tabIndex = register ? -1 : 0;
  element('tab-register').tabIndex = register ? 0 : -1;
  element('welcome-panel').setAttribute('aria-labelledby', register ? 'tab-register' : 'tab-signin');
  element('password').autocomplete = register ? 'new-password' : 'current-password';
  element('password-hint').hidden = !register;
  element('name-hint').hidden = !register;
  element('invite-field').hidden = !register || about?.registration !== 'invite' || about.empty === true;
  const lead = register ? about?.empty ? 'welcome.lead-first' : 'welcome.lead-register' : 'welcome.lead';
  element('welcome-lead').textContent = find(lead) ?? element('welcome-lead').textContent;
  element('submit').textContent = find(register ? 'welcome.register' : 'welcome.sign-in') ?? element('submit').textContent;
}

/** The person's own change of tab: what was wrong with the other form is over. */
function change(register) {
  clear();
  turn(register);
}

function showPassword() {
  const field = element('password'), button = element('show-password'), shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
  button.querySelector('use').setAttribute('href', shown ? '/icons.svg#eye-off' : '/icons.svg#eye');
}

function clear() {
  failure = null;
  for (const error of document.querySelectorAll('#welcome .field-error, #welcome .form-error')) error.textContent = '';
  for (const field of document.querySelectorAll('#welcome [aria-invalid]')) field.removeAttribute('aria-invalid');
}

/** Shows what went wrong, beside its field if there is one: say() gives the sentence, again after a change of language. */
function fail(say, field) {
  clear();
  failure = { say, field };
  mark()?.focus();
}

/** Writes the failure; gives its field. */
function mark() {
  const { say, field } = failure;
  const input = field && element(field), note = field && element(`${field}-error`);
  if (input && note && !input.closest('[hidden]')) {
    note.textContent = say();
    input.setAttribute('aria-invalid', 'true');
    return input;
  }

  element('form-error').textContent = say();
  return null;
}

async function submit() {
  const name = element('name').value.trim(), password = element('password').value, button = element('submit');
  clear();
  if (name === '') return fail(() => text('welcome.no-name'), 'name');
  if (password === '') return fail(() => text('welcome.no-password'), 'password');
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    if (registering) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      const clientId = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
      await post('/accounts', { name, password, invite: element('invite').value.trim() || undefined, clientId });
    }

    const account = await post('/sessions', { version: 3, name, password, device: deviceName(), client: 'chatroom-web/3.0' });
    element('password').value = '';
    done({ id: account.id, name: account.name });
  } catch (error) {
    if (error.field === 'invite' && about?.empty) {
      // Somebody else was the first meanwhile.
      about.empty = false;
      turn(true);
    }

    fail(error.say ?? (() => error.message), error.field);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  } catch (cause) {
    throw Object.assign(new Error(text('welcome.offline'), { cause }), { say: () => text('welcome.offline') });
  }

  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const say = () => sentence(answer, response.status);
  throw Object.assign(new Error(say()), { say, field: answer.field });
}

function sentence({ code, reason, text: said, retryAfterMs }, status) {
  // The server's own sentence says more than the code where it names a field's rules; it is in English.
  let message = find(`error.${code}.${reason}`) ?? find(`error.${code}`) ?? said ?? text('welcome.failed', status);
  message = message[0].toUpperCase() + message.slice(1);
  return retryAfterMs ? message + text('error.retry', Math.ceil(retryAfterMs / 1000)) : message;
}

// What the list of devices shows: the browser and its system, as far as they say so.
function deviceName() {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent) ? 'Edge' : /OPR\//.test(agent) ? 'Opera' : /Firefox\//.test(agent) ? 'Firefox'
    : /Chrome\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : 'Browser';
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows'
    : /Mac OS/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
  return system ? `${browser}, ${system}` : browser;
}

function done(account) {
  chosen(account);
}
