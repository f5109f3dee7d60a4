// Requests for files: known to C# by a number. The face in C# is Browser/BrowserHttp.cs.

import { slice } from "./files.js";

const asks = new Map();

/** Sends, and gives the status when the headers have come. @param headers lines of "name:value" @param file a number of files.js, or 0: then bytes, or nothing */
export async function send(number, method, path, headers, file, offset, length, bytes) {
    const ask = { stop: new AbortController() };
    asks.set(number, ask);
    const body = file ? slice(file, offset, length) : bytes ?? undefined;
    try {
        ask.reply = await fetch(path, {
            method,
            body,
            headers: headers.split("\n").filter(line => line).map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
            cache: "no-store",
            // A file never moves: where it does, a proxy wants something of the person.
            redirect: "manual",
            signal: ask.stop.signal,
        });
        if (method === "HEAD") {
            // Empty, but while nobody has read it Chromium takes the request for one that was broken off.
            await ask.reply.arrayBuffer();
        }

        return ask.reply.status;
    } catch (error) {
        asks.delete(number);
        if (file && !ask.stop.signal.aborted) {
            // fetch does not tell a lost connection from a file that was changed or removed; reading it does, and its error goes on to C#.
            await body.slice(0, 1).arrayBuffer();
        }

        throw lost(error);
    }
}

/** A header of the answer, or null. */
export const header = (number, name) => asks.get(number)?.reply.headers.get(name) ?? null;

/** Waits for bytes of the body, at most so many; take() copies them out. 0 at the end. */
export async function read(number, length) {
    const ask = asks.get(number);
    try {
        ask.reader ??= ask.reply.bodyUsed ? null : ask.reply.body?.getReader();
        while (ask.reader && !ask.chunk?.length) {
            const { done, value } = await ask.reader.read();
            if (done) {
                return 0;
            }

            ask.chunk = value;
        }
    } catch (error) {
        throw lost(error);
    }

    return Math.min(length, ask.chunk?.length ?? 0);
}

export function take(number, view) {
    const ask = asks.get(number);
    if (view.length) {
        view.set(ask.chunk.subarray(0, view.length));
        ask.chunk = ask.chunk.subarray(view.length);
    }
}

/** Ends it wherever it is, and forgets it. */
export function abort(number) {
    asks.get(number)?.stop.abort();
    asks.delete(number);
}

function lost(cause) {
    const error = new Error(`${cause.name}: ${cause.message}`);
    error.name = "LostError";
    return error;
}
