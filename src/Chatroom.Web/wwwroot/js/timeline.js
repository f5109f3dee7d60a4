// The timeline's scrolling, focus and pointer: what has to happen between a change of the document and the next frame cannot wait for .NET.
// One rule holds the reading position: at the bottom it follows; elsewhere the row at the top of the view stays where it is, whatever is put before it.
import { text } from './texts.js';

const AT_BOTTOM = 24;
const QUICK = ['👍', '🎉'];

let scroller = null, rows = null, list = [], anchor = null, following = true, told = {}, bar = null, handlers = null, frame = 0, seenTold = 0, pressing = 0, pressed = false, place = 0;

// Another room is shown, and where it opens is not decided yet: nothing of it has been seen.
let entering = false;

/** @param onEdge (which: 'older'|'newer') @param onAct (act, seq, argument) @param onState (following, lastVisibleSeq) */
export function attach(id, onEdge, onAct, onState) {
  scroller = document.getElementById(id);
  rows = scroller.querySelector('.rows');
  handlers = { onEdge, onAct, onState };
  told = {};
  bar ??= makeBar();
  new MutationObserver(changed).observe(rows, { childList: true, subtree: true, characterData: true });
  const sizes = new ResizeObserver(settle);
  sizes.observe(rows);
  sizes.observe(scroller);
  scroller.addEventListener('scroll', scrolled, { passive: true });
  scroller.addEventListener('keydown', keyed);
  scroller.addEventListener('click', clicked);
  scroller.addEventListener('pointerover', event => hover(rowOf(event.target)));
  scroller.addEventListener('pointerleave', () => hover(null));
  scroller.addEventListener('focusin', event => {
    const row = rowOf(event.target);
    if (row) rove(row);
    hover(row);
  });
  scroller.addEventListener('pointerdown', press);
  for (const end of ['pointerup', 'pointercancel', 'pointermove']) scroller.addEventListener(end, event => release(event), { passive: true });
  addEventListener('focus', report);
  document.addEventListener('visibilitychange', report);
  changed();
}

const rowsNow = () => list.length ? list : list = [...rows.querySelectorAll('[data-seq]')];

const rowOf = target => target instanceof Element ? target.closest('.row, .system') : null;

const fromBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

function changed() {
  list = [];
  settle();
  const all = rowsNow();
  // Who comes with Tab comes to the newest row, or where they were in older ones.
  if (all.length && (!rows.querySelector('[data-seq][tabindex="0"]') || (following && !rows.contains(document.activeElement)))) rove(all[all.length - 1]);
}

// After a change of rows or sizes, before the frame.
function settle() {
  // What the person has scrolled, and the event that says so is still to come: rows that come before it, or the bar that moves along, must not undo it.
  const turned = scroller.scrollTop - place;
  if (following && turned < -1 && fromBottom() > AT_BOTTOM) {
    following = false;
    keepAnchor();
  } else if (following) {
    scroller.scrollTop = scroller.scrollHeight;
  } else if (anchor) {
    const row = anchor.row.isConnected ? anchor.row : rows.querySelector(`[data-seq="${anchor.seq}"]`);
    if (row) {
      const moved = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - (anchor.top - turned);
      if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
      anchor = { row, seq: anchor.seq, top: anchor.top - turned };
    }
  }

  place = scroller.scrollTop;
  later();
}

function scrolled() {
  following = fromBottom() < AT_BOTTOM && told.newest !== false;
  keepAnchor();
  later();
}

// The first row that can be seen, by halving: rows are in order.
function keepAnchor() {
  place = scroller.scrollTop;
  const top = scroller.getBoundingClientRect().top, all = rowsNow();
  let low = 0, high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }

  const row = all[low];
  anchor = row ? { row, seq: row.dataset.seq, top: row.getBoundingClientRect().top - top } : null;
}

function later() {
  if (!frame) frame = setTimeout(() => {
    frame = 0;
    edges();
    report();
  }, 0);
}

function edges() {
  const near = 2 * scroller.clientHeight;
  if (scroller.scrollTop < near) handlers.onEdge('older');
  if (fromBottom() < near) handlers.onEdge('newer');
}

// Up to where a person who looks at the page has seen the room; 0 while nobody looks.
function report() {
  if (entering) return;
  let seen = 0;
  if (document.visibilityState === 'visible' && document.hasFocus()) {
    const bottom = scroller.getBoundingClientRect().bottom + 8, all = rowsNow();
    for (let i = all.length - 1; i >= 0; i--) {
      if (all[i].getBoundingClientRect().bottom <= bottom) {
        seen = Number(all[i].dataset.seq);
        break;
      }
    }
  }

  if (told.following !== following || told.seen !== seen) {
    Object.assign(told, { following, seen });
    handlers.onState(following, seen);
  }
}

/** Another room: at its end, or where it was left. */
export function enter(newest) {
  following = true;
  place = scroller.scrollTop;
  anchor = null;
  list = [];
  seenTold = 0;
  told = { newest };
  entering = true;
  hover(null);
  settle();
}

/** Whether the newest row is in the document: only then the bottom is the end. */
export function setNewest(newest) {
  told.newest = newest;
  if (!newest) following = false;
}

export const recheck = () => scroller && later();

export function toBottom() {
  following = true;
  place = scroller.scrollTop;
  settle();
}

/** Puts a row into view and marks it for a moment. */
export function show(seq, focus) {
  const row = rows.querySelector(`[data-seq="${seq}"]`);
  if (!row) return false;
  following = false;
  row.scrollIntoView({ block: 'center' });
  keepAnchor();
  row.classList.remove('found');
  void row.offsetWidth;
  row.classList.add('found');
  if (focus) row.focus({ preventScroll: true });
  return true;
}

/** The room that was entered is drawn: puts the "New" rule a third below the top, when it is in the document. */
export function showNewRule() {
  entering = false;
  later();
  const rule = rows.querySelector('.new-rule');
  if (!rule || rule.getBoundingClientRect().top > scroller.getBoundingClientRect().top) return;
  following = false;
  scroller.scrollTop += rule.getBoundingClientRect().top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3;
  keepAnchor();
}

function rove(row) {
  for (const other of rows.querySelectorAll('[tabindex="0"][data-seq]')) if (other !== row) other.tabIndex = -1;
  if (row.dataset.seq) row.tabIndex = 0;
}

function keyed(event) {
  const row = rowOf(document.activeElement);
  if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
  const all = rowsNow(), at = all.indexOf(row), inRow = document.activeElement === row;
  const go = target => {
    event.preventDefault();
    event.stopPropagation();
    if (!target) return;
    target.focus();
    target.scrollIntoView({ block: 'nearest' });
  };
  if (event.key === 'ArrowUp') go(all[at - 1]);
  else if (event.key === 'ArrowDown') go(all[at + 1]);
  else if (event.key === 'Home') go(all[0]);
  else if (event.key === 'End') go(all[all.length - 1]);
  else if (inRow && row.matches('.row')) {
    const act = { r: 'reply', e: 'edit', '+': 'react', Enter: 'menu', Delete: 'recall' }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    send(act, row, '');
  }
}

function clicked(event) {
  if (pressed) {
    // The finger of a long press leaves what it lay on: a name, a link, a picture.
    pressed = false;
    event.preventDefault();
    return;
  }

  const target = event.target instanceof Element ? event.target.closest('[data-act]') : null;
  if (!target) return;
  event.preventDefault();
  send(target.dataset.act, rowOf(target), target.dataset.value ?? '');
}

function send(act, row, value) {
  if (row) row.dataset.acting = '1';
  handlers.onAct(act, Number(row?.dataset.seq ?? 0), value || (row?.dataset.client ?? ''));
}

// One bar for all rows, moved to the one under the pointer or the focus.
function makeBar() {
  const made = document.createElement('div');
  made.className = 'actions';
  made.setAttribute('role', 'toolbar');
  const button = (act, value, label, icon) => {
    const one = document.createElement('button');
    one.type = 'button';
    // The timeline is one stop for Tab; on keys, all of this is in the row's menu.
    one.tabIndex = -1;
    one.dataset.act = act;
    one.dataset.value = value;
    one.dataset.name = label;
    if (icon) {
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
      svg.setAttribute('class', 'icon');
      svg.setAttribute('aria-hidden', 'true');
      use.setAttribute('href', `/icons.svg#${icon}`);
      svg.append(use);
      one.append(svg);
    } else {
      one.textContent = value;
    }

    made.append(one);
  };
  for (const emoji of QUICK) button('react-with', emoji, 'row.react-with');
  button('react', '', 'row.react', 'smile');
  button('reply', '', 'row.reply', 'reply');
  button('menu', '', 'row.more', 'more');
  return made;
}

function hover(row) {
  const wanted = row?.matches('.row[data-seq]:not(.folded)') && !row.dataset.gone ? row : null;
  if (!wanted) {
    if (!bar.contains(document.activeElement)) bar.remove();
    return;
  }

  if (bar.parentElement === wanted) return;
  bar.setAttribute('aria-label', text('row.actions'));
  for (const one of bar.children) {
    const label = text(one.dataset.name, one.dataset.value);
    one.setAttribute('aria-label', label);
    one.title = label;
  }

  wanted.append(bar);
}

// A long press on a touch screen opens the row's menu.
function press(event) {
  if (event.pointerType !== 'touch') return;
  const row = rowOf(event.target), at = { x: event.clientX, y: event.clientY };
  clearTimeout(pressing);
  pressed = false;
  press.at = at;
  if (row?.matches('.row[data-seq]')) {
    pressing = setTimeout(() => {
      pressing = 0;
      pressed = true;
      send('menu', row, '');
    }, 500);
  }
}

function release(event) {
  if (!pressing || (event.type === 'pointermove' && Math.hypot(event.clientX - press.at.x, event.clientY - press.at.y) < 10)) return;
  clearTimeout(pressing);
  pressing = 0;
}
