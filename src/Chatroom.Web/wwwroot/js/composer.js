// The field one writes in. Key strokes stay here; .NET hears of whole messages, of files, and of what is to be completed.
import { register } from './files.js';

const TYPING_EVERY = 3000;
const TRIGGER = /(?:^|[\s(（])([@#:])([^\s@#:]{0,32})$/u;

let field, handlers, typed = -Infinity, open = false, trigger = null, saving = 0;

/**
 * @param onSend (text) → whether it was taken
 * @param onEvent (what, argument): 'typing', 'draft', 'complete' ("@query", "" to close), 'pick' (next|previous|take|close), 'edit-last', 'escape', 'files' (handles)
 */
export function attach(id, onSend, onEvent) {
  field = document.getElementById(id);
  handlers = { onSend, onEvent };
  field.addEventListener('keydown', keyed);
  field.addEventListener('input', changed);
  field.addEventListener('click', lookForTrigger);
  field.addEventListener('blur', () => setTimeout(() => document.activeElement !== field && closeCompletion(), 150));
  field.addEventListener('paste', pasted);
  field.form.addEventListener('submit', event => {
    event.preventDefault();
    submit();
    focus();
  });
  // The button takes no focus by being pressed: a keyboard on the screen would go away.
  field.form.querySelector('[type=submit]').addEventListener('mousedown', event => event.preventDefault());
  // Without asking .NET, which may be busy: a browser opens the dialog only for a few seconds after the click.
  field.form.querySelector('[data-act=attach]').addEventListener('click', chooseFiles);
  addEventListener('pagehide', saveNow);
  document.addEventListener('visibilitychange', saveNow);
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) document.addEventListener(kind, dragged);
}

export function setText(value) {
  clearTimeout(saving);
  field.value = value;
  grow();
  closeCompletion();
}

export const getText = () => field.value;

export function focus() {
  if (matchMedia('(pointer: coarse)').matches) return;
  field.focus({ preventScroll: true });
}

export const focusAlways = () => field.focus({ preventScroll: true });

/** Puts a piece of text at the caret. */
export function insert(piece) {
  field.focus({ preventScroll: true });
  field.setRangeText(piece, field.selectionStart, field.selectionEnd, 'end');
  changed();
}

/** Replaces what is being completed. */
export function complete(piece) {
  if (!trigger) return;
  field.setRangeText(piece, trigger.start, field.selectionStart, 'end');
  closeCompletion();
  changed();
}

/** Whether a list of completions is shown: then arrows, Enter, Tab and Esc are its keys. */
export const setCompleting = shown => open = shown;

/** Opens the browser's own choice of files. */
function chooseFiles() {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.onchange = () => take(input.files);
  input.click();
}

function keyed(event) {
  // An input method is composing: its Enter chooses a word. 229 is what older browsers say then.
  if (event.isComposing || event.keyCode === 229) return;
  if (open) {
    const pick = { ArrowDown: 'next', ArrowUp: 'previous', Enter: 'take', Tab: 'take', Escape: 'close' }[event.key];
    if (pick && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      handlers.onEvent('pick', pick);
      return;
    }
  }

  if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    submit();
  } else if (event.key === 'ArrowUp' && field.value === '' && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    handlers.onEvent('edit-last', '');
  } else if (event.key === 'Escape') {
    event.stopPropagation();
    handlers.onEvent('escape', '');
  }
}

function submit() {
  performance.mark('chatroom-send');
  const text = field.value.replace(/\r\n?/g, '\n');
  // The field empties first: what is typed while the message goes out belongs to the next one.
  clearTimeout(saving);
  field.value = '';
  grow();
  closeCompletion();
  if (!handlers.onSend(text)) {
    field.value = text;
    grow();
  }
}

function changed() {
  grow();
  lookForTrigger();
  const now = performance.now();
  if (field.value !== '' && now - typed > TYPING_EVERY) {
    typed = now;
    handlers.onEvent('typing', '');
  }

  clearTimeout(saving);
  saving = setTimeout(saveNow, 400);
}

function saveNow() {
  if (!field) return;
  clearTimeout(saving);
  handlers.onEvent('draft', field.value);
}

// Where the style sheet cannot do it (field-sizing).
function grow() {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

function lookForTrigger() {
  const before = field.value.slice(0, field.selectionStart), match = TRIGGER.exec(before);
  if (!match || (match[1] === ':' && match[2].length < 2)) {
    closeCompletion();
    return;
  }

  trigger = { start: before.length - match[1].length - match[2].length };
  handlers.onEvent('complete', match[1] + match[2]);
}

function closeCompletion() {
  if (!trigger) return;
  trigger = null;
  open = false;
  handlers.onEvent('complete', '');
}

function pasted(event) {
  if (event.clipboardData?.files.length) {
    event.preventDefault();
    take(event.clipboardData.files);
  }
}

let inside = 0;

function dragged(event) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  if (event.type === 'dragenter') inside++;
  if (event.type === 'dragleave') inside--;
  if (event.type === 'drop') {
    inside = 0;
    take(event.dataTransfer.files);
  }

  document.documentElement.toggleAttribute('data-dropping', inside > 0);
}

function take(files) {
  if (files.length) handlers.onEvent('files', Array.from(files, register).join(' '));
}
