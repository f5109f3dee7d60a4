// What calls the person back to the page: notifications, a sound, and the number on title and icon. The face in C# is Browser/Notifier.cs.

const iconAddress = "/icon-192.png";

let account = "";
let clicked = () => { };
let audio = null;
let touched = false;

// Those shown without a service worker, by tag.
const shown = new Map();

/** From now on clicks on this account's notifications are told, by the room's id. */
export function start(accountId, onClick) {
    account = accountId;
    clicked = onClick;
}

navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data?.type === "open-room" && data.account === account) {
        clicked(data.room);
    }
});

/** "granted", "denied", "default" (not asked yet), or "unsupported". */
export const permission = () => globalThis.Notification?.permission ?? "unsupported";

/** Asks the person; only within a click, or browsers refuse. */
export const requestPermission = async () => globalThis.Notification ? await Notification.requestPermission() : "unsupported";

/** Shows a notification; one with the same tag is replaced. False when it cannot be shown. */
export async function show(title, body, tag, room) {
    if (permission() !== "granted") {
        return false;
    }

    // Silent: the page has a sound of its own, with a switch.
    const options = { body, tag, renotify: tag !== "", silent: true, icon: iconAddress, badge: iconAddress, data: { account, room } };
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration?.active) {
        await registration.showNotification(title, options);
        return true;
    }

    let notification;
    try {
        // Phones know "renotify" and notifications as such only through a service worker, and throw here.
        notification = new Notification(title, options);
    } catch (error) {
        if (error instanceof TypeError) {
            return false;
        }

        throw error;
    }

    shown.set(tag, notification);
    notification.onclose = () => shown.get(tag) === notification && shown.delete(tag);
    notification.onclick = () => {
        window.focus();
        notification.close();
        clicked(room);
    };
    return true;
}

/** Takes back what is shown under the tag: its messages were read. */
export async function close(tag) {
    shown.get(tag)?.close();
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const notification of await registration?.getNotifications({ tag }) ?? []) {
        notification.close();
    }
}

// Browsers let a page sound only after the person has touched it.
for (const gesture of ["pointerdown", "keydown"]) {
    addEventListener(gesture, () => { touched = true; }, { once: true, capture: true, passive: true });
}

/** Two soft notes, a fourth apart, upwards. Nothing before the first touch of the page. */
export function playSound() {
    if (!touched) {
        return;
    }

    audio ??= new AudioContext();
    if (audio.state === "running") {
        notes();
    } else {
        audio.resume().then(notes, error => console.warn(`No sound: ${error.message}`));
    }
}

function notes() {
    const now = audio.currentTime + 0.02;
    note(659.26, now, 0.22);
    note(880, now + 0.11, 0.4);
}

function note(frequency, at, seconds) {
    // A fundamental with a little of its octave, struck quickly and dying away: a bell far off.
    for (const [factor, loudness] of [[1, 0.09], [2, 0.018]]) {
        const tone = audio.createOscillator();
        const gain = audio.createGain();
        tone.frequency.value = frequency * factor;
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(loudness, at + 0.012);
        gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
        tone.connect(gain).connect(audio.destination);
        tone.start(at);
        tone.stop(at + seconds + 0.02);
    }
}
