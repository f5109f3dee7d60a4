// Files that the person chose: known to C# by a number. The face in C# is Browser/BrowserFile.cs.

// What a browser shows by decoding alone. SVG is not among them: it is a document, with scripts when it is opened by itself.
const shown = /^(image\/(png|jpeg|gif|webp|avif|bmp)|video\/(mp4|webm|ogg))$/;

const files = new Map();
let last = 0;

/** Takes a File (or Blob) in, and gives its number; release() lets it go. */
export function register(file) {
    files.set(++last, { file });
    return last;
}

export function release(handle) {
    const held = files.get(handle);
    if (held) {
        cancelHash(handle);
        revokePreview(handle);
        files.delete(handle);
    }
}

function get(handle) {
    const held = files.get(handle);
    if (!held) {
        throw new Error(`There is no file ${handle}.`);
    }

    return held;
}

export const name = handle => get(handle).file.name ?? "";

export const size = handle => get(handle).file.size;

export const type = handle => get(handle).file.type;

/** A part of it, as a Blob that the browser reads by itself. */
export const slice = (handle, offset, length) => get(handle).file.slice(offset, offset + length);

/** Reads a slice; take() copies it out. In two steps, for .NET takes no bytes out of a promise. */
export async function read(handle, offset, length) {
    const held = get(handle);
    const bytes = new Uint8Array(await held.file.slice(offset, offset + length).arrayBuffer());
    held.slice = bytes;
    return bytes.length;
}

export function take(handle, view) {
    const held = get(handle);
    view.set(held.slice);
    held.slice = null;
}

/** The SHA-256 in hexadecimal digits, computed in a worker; progress gets the bytes done. */
export function hash(handle, progress) {
    const held = get(handle);
    cancelHash(handle);
    return new Promise((resolve, reject) => {
        const worker = new Worker(new URL("hash-worker.js", import.meta.url));
        const end = (settle, value) => {
            worker.terminate();
            held.cancel = null;
            settle(value);
        };

        held.cancel = () => end(reject, named("AbortError", "The hash was cancelled."));
        worker.onerror = event => end(reject, new Error(event.message || "The hash worker cannot be loaded."));
        worker.onmessage = ({ data }) => {
            if (data.done !== undefined) {
                progress(data.done);
            } else if (data.sha256) {
                end(resolve, data.sha256);
            } else {
                end(reject, named(data.name, data.message));
            }
        };
        worker.postMessage(held.file);
    });
}

export function cancelHash(handle) {
    files.get(handle)?.cancel?.();
}

function named(name, message) {
    const error = new Error(message);
    error.name = name;
    return error;
}

/** An address that shows the image or video, until it is revoked; empty when the type is none that is shown. */
export function previewUrl(handle) {
    const held = get(handle);
    if (!shown.test(held.file.type)) {
        return "";
    }

    held.url ??= URL.createObjectURL(held.file);
    return held.url;
}

export function revokePreview(handle) {
    const held = files.get(handle);
    if (held?.url) {
        URL.revokeObjectURL(held.url);
        held.url = null;
    }
}
