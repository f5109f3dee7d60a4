// SHA-256 (FIPS 180-4) of a file, read in slices: crypto.subtle wants all of it in memory at once.
"use strict";

const sliceBytes = 4 * 1024 * 1024;
const k = new Int32Array(64);
const state = new Int32Array(8);
const w = new Int32Array(64);

// The constants are the first 32 bits of the fractional parts of the roots of the first primes: cube roots for k, square roots for the state.
for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) {
        prime &&= n % d !== 0;
    }

    if (prime) {
        if (found < 8) {
            state[found] = (Math.sqrt(n) % 1) * 2 ** 32;
        }

        k[found++] = (Math.cbrt(n) % 1) * 2 ** 32;
    }
}

/** Adds whole blocks of 64 bytes. */
function add(bytes, from, to) {
    // Locals, and the state taken out by hand: twice as fast in V8.
    const constants = k;
    const words = w;
    let h0 = state[0], h1 = state[1], h2 = state[2], h3 = state[3], h4 = state[4], h5 = state[5], h6 = state[6], h7 = state[7];
    for (let at = from; at < to; at += 64) {
        for (let t = 0, p = at; t < 16; t++, p += 4) {
            words[t] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
        }

        for (let t = 16; t < 64; t++) {
            const x = words[t - 15];
            const y = words[t - 2];
            const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
            const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
            words[t] = (words[t - 16] + s0 + words[t - 7] + s1) | 0;
        }

        let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
        for (let t = 0; t < 64; t++) {
            const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
            const t1 = (h + s1 + (g ^ (e & (f ^ g))) + constants[t] + words[t]) | 0;
            const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
            const t2 = (s0 + ((a & b) ^ (c & (a ^ b)))) | 0;
            h = g; g = f; f = e; e = (d + t1) | 0;
            d = c; c = b; b = a; a = (t1 + t2) | 0;
        }

        h0 = (h0 + a) | 0; h1 = (h1 + b) | 0; h2 = (h2 + c) | 0; h3 = (h3 + d) | 0;
        h4 = (h4 + e) | 0; h5 = (h5 + f) | 0; h6 = (h6 + g) | 0; h7 = (h7 + h) | 0;
    }

    state.set([h0, h1, h2, h3, h4, h5, h6, h7]);
}

/** Adds the rest of the content, less than a block, and its end: a one bit, zeros, and the length in bits. */
function finish(rest, total) {
    const end = new Uint8Array(rest.length < 56 ? 64 : 128);
    end.set(rest);
    end[rest.length] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(total / 2 ** 29));
    view.setUint32(end.length - 4, (total * 8) % 2 ** 32);
    add(end, 0, end.length);
    return Array.from(state, word => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

async function hash(file) {
    const slice = at => file.slice(at, at + sliceBytes).arrayBuffer();
    let rest = new Uint8Array(0);
    let next = slice(0);
    for (let at = 0; at < file.size; at += sliceBytes) {
        const bytes = new Uint8Array(await next);
        // The next slice is read while this one is hashed; never more than two are held.
        next = at + sliceBytes < file.size ? slice(at + sliceBytes) : null;
        if (bytes.length !== Math.min(sliceBytes, file.size - at)) {
            throw new Error("The file became shorter while it was read.");
        }

        // Slices are whole blocks but for the last.
        const whole = bytes.length - bytes.length % 64;
        add(bytes, 0, whole);
        rest = bytes.subarray(whole);
        postMessage({ done: at + bytes.length });
    }

    return finish(rest, file.size);
}

onmessage = event => hash(event.data).then(
    sha256 => postMessage({ sha256 }),
    error => postMessage({ name: error.name, message: error.message }));
