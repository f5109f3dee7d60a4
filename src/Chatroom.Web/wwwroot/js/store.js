// What must survive a reload: one database per account, one table of keys and bytes. The face in C# is Browser/IndexedDbStore.cs.

const table = "values";
const closed = Symbol("closed");
const open = new Map();
const held = new Map();
const heldHere = new Set();
let lastLock = 0;

const nameOf = account => `chatroom-${account}`;

/** The account's database, opened once per page. It is the table that other modules of the page may use, too. */
export function database(account) {
    const known = open.get(account);
    if (known === closed) {
        // Another tab signed the account out, or brought a newer format: writing on would bring back what was deleted.
        return Promise.reject(named("StoreClosedError", "Another tab closed the account's store."));
    }

    if (known) {
        return known;
    }

    const opening = connect(account);
    open.set(account, opening);
    opening.catch(() => open.get(account) === opening && open.delete(account));
    return opening;
}

function connect(account) {
    return new Promise((resolve, reject) => {
        if (!globalThis.indexedDB) {
            reject(named("StoreUnavailableError", "The browser has no IndexedDB here."));
            return;
        }

        let request;
        try {
            request = indexedDB.open(nameOf(account), 1);
        } catch (error) {
            reject(named("StoreUnavailableError", `${error.name}: ${error.message}`));
            return;
        }

        request.onupgradeneeded = () => request.result.createObjectStore(table);
        request.onerror = () => reject(named("StoreUnavailableError", `${request.error?.name}: ${request.error?.message}`));
        request.onsuccess = () => {
            const db = request.result;
            db.onversionchange = () => {
                open.set(account, closed);
                db.close();
            };
            // The browser closed it (data cleared, disk trouble): the next call opens it again.
            db.onclose = () => open.delete(account);
            resolve(db);
        };
    });
}

/** Opens the account's store; also again, after it was deleted. */
export async function start(account) {
    if (open.get(account) === closed) {
        open.delete(account);
    }

    await database(account);
}

/** Runs one request in one transaction, and gives its result when the transaction is complete. */
async function run(account, mode, act) {
    const db = await database(account);
    return new Promise((resolve, reject) => {
        // "strict": complete means on disk, not only handed to the system. The outbox relies on it.
        const transaction = db.transaction(table, mode, { durability: "strict" });
        const request = act(transaction.objectStore(table));
        // Nothing else comes: what is written while the page goes must not wait for its next turn.
        transaction.commit?.();
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => {
            const cause = transaction.error ?? request.error;
            reject(named(cause?.name ?? "AbortError", cause?.message ?? "The transaction was aborted."));
        };
    });
}

function named(name, message) {
    const error = new Error(message);
    error.name = name;
    return error;
}

/** An object holding the bytes, or null: .NET takes no bytes out of a promise. */
export async function read(account, key) {
    const bytes = await run(account, "readonly", values => values.get(key));
    return bytes === undefined ? null : { bytes };
}

export async function write(account, key, bytes) {
    await run(account, "readwrite", values => values.put(bytes, key));
}

export async function remove(account, key) {
    await run(account, "readwrite", values => values.delete(key));
}

/** Keys in the order of their code units, each followed by a NUL. */
export async function list(account, prefix) {
    // U+FFFF is no character: no key goes on with it.
    const range = prefix === "" ? undefined : IDBKeyRange.bound(prefix, prefix + "\uffff");
    const keys = await run(account, "readonly", values => values.getAllKeys(range));
    let text = "";
    for (const key of keys) {
        text += key + "\0";
    }

    return text;
}

/** A number to give back to unlock(), or 0 when another tab holds the lock. The browser drops it with the page, however that ends. */
export function lock(account, name) {
    const full = `${nameOf(account)}/${name}`;
    if (!navigator.locks) {
        // Only outside secure contexts. Two tabs may then send the same item, which the server takes once.
        if (heldHere.has(full)) {
            return Promise.resolve(0);
        }

        heldHere.add(full);
        return Promise.resolve(keep(() => heldHere.delete(full)));
    }

    return new Promise((resolve, reject) => {
        const ended = navigator.locks.request(full, { ifAvailable: true }, lock => lock === null
            ? resolve(0)
            : new Promise(release => resolve(keep(async () => {
                release();
                await ended;
            }))));
        ended.catch(reject);
    });
}

function keep(release) {
    held.set(++lastLock, release);
    return lastLock;
}

/** Ends when others can take the lock. */
export async function unlock(number) {
    const release = held.get(number);
    held.delete(number);
    await release?.();
}

/** Forgets all of the account on this device. Other tabs close the database when they are told, and their stores refuse from then on. */
export async function deleteAll(account) {
    const known = open.get(account);
    open.set(account, closed);
    if (known && known !== closed) {
        (await known.catch(() => null))?.close();
    }

    if (!globalThis.indexedDB) {
        return;
    }

    await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(nameOf(account));
        request.onsuccess = () => resolve();
        request.onerror = () => reject(named(request.error?.name ?? "UnknownError", request.error?.message ?? ""));
    });
}
