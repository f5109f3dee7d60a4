// The page around the timeline: its address, its dialogs, its keys.

let onKey, onAddress, opener = null;

/** @param key (name) → whether it was used @param address (path) when the person goes back or forward */
export function attach(key, address) {
  [onKey, onAddress] = [key, address];
  document.addEventListener('keydown', keyed);
  addEventListener('popstate', () => onAddress(location.pathname));
  // What can only be read is there to be copied.
  document.addEventListener('focusin', event => {
    if (event.target.matches('input.input[readonly]')) event.target.select();
  });
}

export const path = () => location.pathname;

export const origin = () => location.origin;

/** Reached from this computer only, as far as the address tells. */
export const isLocal = () => /^(localhost|127\.|\[::1\])|\.localhost$/.test(location.hostname);

/** Who may register at the server: open, invite or closed; null when it cannot be reached. */
export async function registration() {
  try {
    return (await (await fetch('/server', { cache: 'no-store' })).json()).registration;
  } catch {
    return null;
  }
}

export function go(to, replace) {
  if (to === location.pathname) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
}

function keyed(event) {
  if (event.isComposing || event.defaultPrevented) return;
  const control = event.ctrlKey || event.metaKey, inField = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]');
  let name = null;
  if (control && !event.altKey && event.key.toLowerCase() === 'k') name = 'jump';
  else if (control && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'f') name = 'search';
  else if (event.altKey && !control && event.key === 'ArrowUp') name = event.shiftKey ? 'previous-unread' : 'previous';
  else if (event.altKey && !control && event.key === 'ArrowDown') name = event.shiftKey ? 'next-unread' : 'next';
  else if (event.key === 'Escape' && !document.querySelector('dialog[open]')) name = 'escape';
  else if (event.key === '?' && !inField && !control) name = 'help';
  if (name) {
    if (onKey(name)) event.preventDefault();
  } else if (!inField && !control && !event.altKey && event.key.length === 1 && event.key !== ' ' && !document.querySelector('dialog[open], .popover')) {
    // A printable key goes where one writes; the browser puts it there, because the field has the focus by then.
    document.getElementById('composer')?.focus({ preventScroll: true });
  }
}

/** Opens a <dialog> that .NET has drawn; focus stays in it and goes back where it was. */
export function openDialog(id, closed) {
  const dialog = document.getElementById(id), before = document.activeElement;
  if (!dialog || dialog.open) return;
  dialog.showModal();
  (dialog.querySelector('[autofocus]') ?? dialog.querySelector('input, select, textarea, button:not(.close)'))?.focus();
  dialog.addEventListener('close', () => {
    closed();
    // The browser has given the focus back already; what was opened by the dialog may have taken it since.
    if (before?.isConnected && (document.activeElement ?? document.body) === document.body) before.focus({ preventScroll: true });
  }, { once: true });
  dialog.addEventListener('pointerdown', event => {
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && outside) dialog.close();
  });
}

export function closeDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog?.open) dialog.close();
}

/** Places a menu or popover beside what opened it, inside the window; it closes by Esc, by a click elsewhere, and gives the focus back. */
export function openPopover(id, anchorSelector, closed) {
  const popover = document.getElementById(id), before = document.activeElement;
  if (!popover) return;
  // A menu that opens from a menu goes back to where the first was opened.
  if (before && before !== document.body && before.isConnected && !before.closest('.popover')) opener = before;
  const anchor = document.querySelector(anchorSelector) ?? before ?? document.body, at = anchor.getBoundingClientRect();
  const wide = popover.offsetWidth, high = popover.offsetHeight, margin = 8;
  const below = at.bottom + 4 + high < innerHeight - margin;
  popover.style.position = 'fixed';
  popover.style.left = `${Math.max(margin, Math.min(at.right - wide, innerWidth - wide - margin))}px`;
  popover.style.top = `${Math.max(margin, below ? at.bottom + 4 : at.top - 4 - high)}px`;
  // What has nothing to stand on yet takes the keys itself: they are not for the row behind it.
  popover.tabIndex = -1;
  (popover.querySelector('[autofocus], input') ?? popover.querySelector('button, a') ?? popover).focus({ preventScroll: true });
  const end = back => {
    document.removeEventListener('pointerdown', outside, true);
    popover.removeEventListener('keydown', keys);
    if (back && before?.isConnected) before.focus({ preventScroll: true });
    closed();
  };
  const outside = event => {
    if (!popover.isConnected) document.removeEventListener('pointerdown', outside, true);
    else if (!popover.contains(event.target)) end(false);
  };
  const keys = event => {
    const items = [...popover.querySelectorAll('[role^=menuitem], .emoji-grid button')], here = items.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      end(true);
    } else if (items.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp' || event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
      const grid = here >= 0 && document.activeElement.closest('.emoji-grid');
      if (!grid && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) return;
      event.preventDefault();
      const columns = grid ? Math.max(1, Math.floor(grid.clientWidth / items[here].offsetWidth)) : 1;
      const step = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const to = here < 0 ? 0 : here + step;
      items[grid ? Math.max(0, Math.min(items.length - 1, to)) : (to + items.length) % items.length]?.focus();
    }
  };
  setTimeout(() => document.addEventListener('pointerdown', outside, true), 0);
  popover.addEventListener('keydown', keys);
}

/** A menu has been taken away, and the focus with it: back to where it was. */
export function popoverGone() {
  if ((document.activeElement === null || document.activeElement === document.body) && opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

export const focusElement = id => document.getElementById(id)?.focus();

export const copy = async value => {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
};

/** Says something to people who listen to the page instead of seeing it. */
export function announce(sentence) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  setTimeout(() => region.textContent = sentence, 50);
}

export const isLooking = () => document.visibilityState === 'visible' && document.hasFocus();

export function onLooking(callback) {
  const tell = () => callback(isLooking());
  addEventListener('focus', tell);
  addEventListener('blur', tell);
  document.addEventListener('visibilitychange', tell);
  addEventListener('online', () => callback(isLooking()));
}

/** Asks before the tab is closed while something is under way that a closed tab would lose. */
export function guard(on) {
  onbeforeunload = on ? event => event.preventDefault() : null;
}

export const worker = () => document.documentElement.dataset.worker ?? (window.isSecureContext ? 'none' : 'insecure');

export const scrollListTo = selector => document.querySelector(selector)?.scrollIntoView({ block: 'nearest' });

/** Focus to the first field or button of something that has been drawn late. */
export const focusIn = id => document.getElementById(id)?.querySelector('[autofocus], input, button')?.focus({ preventScroll: true });
