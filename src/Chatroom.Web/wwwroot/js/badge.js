// The number of unread messages before the title, on the tab's icon and on the installed app's. The face in C# is Browser/Notifier.cs.

const iconAddress = "/icon-192.png";
const side = 64;

let title = document.title;
let shown = { unread: 0, mention: false };
let icon = null;

/** The page's title without the number. */
export function setTitle(text) {
    title = text;
    writeTitle();
}

export function setBadge(unread, mention) {
    if (unread === shown.unread && mention === shown.mention) {
        return;
    }

    shown = { unread, mention };
    writeTitle();
    drawIcon();

    // Only an installed app has one; elsewhere it does nothing, or is not there, or refuses: the title says the same.
    const badge = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
    badge?.catch(() => { });
}

function writeTitle() {
    document.title = shown.unread > 0 ? `(${number()}) ${title}` : title;
}

const number = () => shown.unread > 99 ? "99+" : String(shown.unread);

async function drawIcon() {
    const link = document.querySelector("link[rel~='icon']");
    if (!link) {
        return;
    }

    link.dataset.plain ??= link.getAttribute("href");
    if (shown.unread === 0) {
        link.href = link.dataset.plain;
        return;
    }

    const wanted = shown;
    icon ??= load();
    const image = await icon;
    if (wanted !== shown) {
        return;
    }

    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    if (image) {
        pen.drawImage(image, 0, 0, side, side);
    }

    // Mentions are told by colour and by the "@"; the number is in the title.
    const text = wanted.mention ? "@" : wanted.unread > 99 ? "99" : String(wanted.unread);
    pen.beginPath();
    pen.arc(side - 22, side - 22, 22, 0, 2 * Math.PI);
    pen.fillStyle = wanted.mention ? "#c62f3b" : "#3457d5";
    pen.fill();
    pen.fillStyle = "#ffffff";
    pen.font = `650 ${text.length > 1 ? 26 : 32}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, side - 22, side - 20);
    link.href = canvas.toDataURL("image/png");
}

/** The app's icon, or null when it cannot be loaded: then the badge stands alone. */
function load() {
    return new Promise(resolve => {
        const image = new Image();
        image.onload = () => resolve(image);
        image.onerror = () => {
            icon = null;
            resolve(null);
        };
        image.src = iconAddress;
    });
}
