// Connections to the server: known to C# by a number. The face in C# is Browser/BrowserTransport.cs.

// The largest frame: a header of 10 bytes and a body of 256 KiB (WireLimits.HeaderBytes and ServerBody).
const largest = 10 + 256 * 1024;

// A browser's socket takes from the network whatever comes, so a page that stands still must end it at some point.
const mostWaiting = 16 * 1024 * 1024;

const links = new Map();

/** Opens a WebSocket at a path of the page's server. */
export function open(number, path) {
    return new Promise((resolve, reject) => {
        const url = new URL(path, location.href);
        url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
        const socket = new WebSocket(url);
        socket.binaryType = "arraybuffer";
        // end: null while it lives, then the result of receive() after the last message: -1 when the server closed in order, or an error.
        const link = { socket, messages: [], bytes: 0, end: null, waiter: null, failed: reject };
        links.set(number, link);
        socket.onopen = () => resolve();
        socket.onmessage = ({ data }) => arrived(link, data);
        socket.onclose = ({ code, wasClean }) => {
            // Before it is open this settles open(); afterwards rejecting it does nothing.
            reject(new Error(`The connection cannot be opened (${code}).`));
            finish(link, wasClean ? -1 : new Error(`The connection is lost (${code}).`));
        };
    });
}

function arrived(link, data) {
    if (link.end !== null) {
        return;
    }

    const length = data instanceof ArrayBuffer ? data.byteLength : -1;
    if (length < 0 || length > largest) {
        end(link, new Error("What the server sent is not a frame."));
    } else if (link.bytes + length > mostWaiting) {
        end(link, new Error("The server sends more than the page takes."));
    } else {
        link.messages.push(new Uint8Array(data));
        link.bytes += length;
        wake(link);
    }
}

/** The length of the next message, which take() copies out; -1 when the server closed the connection in order. One call at a time. */
export function receive(number) {
    const link = links.get(number);
    return new Promise((resolve, reject) => {
        if (!link) {
            reject(closed());
            return;
        }

        link.waiter = { resolve, reject };
        wake(link);
    });
}

export function take(number, view) {
    const link = links.get(number), message = link.messages.shift();
    link.bytes -= message.length;
    view.set(message);
}

/** Returns when the browser has copied it. */
export function send(number, view) {
    const socket = links.get(number)?.socket;
    if (socket?.readyState !== WebSocket.OPEN) {
        throw closed();
    }

    socket.send(view.slice());
}

/** Ends it without waiting for the other side, and forgets it. */
export function close(number) {
    const link = links.get(number);
    if (link) {
        links.delete(number);
        link.failed(closed());
        link.messages.length = 0;
        end(link, closed());
    }
}

function end(link, error) {
    finish(link, error);
    link.socket.close();
}

// Messages that came before go out first.
function finish(link, how) {
    link.end ??= how;
    wake(link);
}

function wake(link) {
    const { waiter, messages } = link;
    if (!waiter || !messages.length && link.end === null) {
        return;
    }

    link.waiter = null;
    if (messages.length) {
        waiter.resolve(messages[0].length);
    } else if (link.end === -1) {
        waiter.resolve(-1);
    } else {
        waiter.reject(link.end);
    }
}

const closed = () => new Error("The connection is closed.");
