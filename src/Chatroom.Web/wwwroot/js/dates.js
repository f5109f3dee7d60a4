// Times in the browser's time zone and the page's language. The face in C# is Browser/Dates.cs, which asks once per minute or day.

const formats = {
    en: {
        locale: "en-GB",
        today: "Today",
        yesterday: "Yesterday",
        near: (name, date) => `${name}, ${date}`,
        far: (weekday, date) => `${weekday}, ${date}`,
        full: (weekday, date, time) => `${weekday}, ${date}, ${time}`,
    },
    "zh-CN": {
        locale: "zh-CN",
        today: "今天",
        yesterday: "昨天",
        near: (name, date) => `${name}，${date}`,
        far: (weekday, date) => `${date} ${weekday}`,
        full: (weekday, date, time) => `${date} ${weekday} ${time}`,
    },
};

const made = new Map();

// Making a formatter costs a hundred times what using it does.
function formatter(locale, part) {
    const key = `${locale} ${part}`;
    if (!made.has(key)) {
        made.set(key, new Intl.DateTimeFormat(locale, {
            time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
            weekday: { weekday: "long" },
            day: { day: "numeric", month: "long" },
            dayAndYear: { day: "numeric", month: "long", year: "numeric" },
        }[part]));
    }

    return made.get(key);
}

const rules = language => formats[language] ?? formats.en;

const write = (format, part, ms) => formatter(format.locale, part).format(ms);

/** HH:mm. */
export const time = (language, ms) => write(rules(language), "time", ms);

/** The local date as the number yyyymmdd. */
export function dayKey(ms) {
    const date = new Date(ms);
    return date.getFullYear() * 10000 + (date.getMonth() + 1) * 100 + date.getDate();
}

/** What a separator of days says, seen from now. */
export function day(language, ms, now) {
    const format = rules(language);
    const date = new Date(ms);
    const today = new Date(now);
    const shortDate = write(format, "day", ms);
    if (dayKey(ms) === dayKey(now)) {
        return format.near(format.today, shortDate);
    }

    // By the calendar, not by 24 hours: days of 23 and 25 hours exist.
    const before = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1).getTime();
    if (dayKey(ms) === dayKey(before)) {
        return format.near(format.yesterday, shortDate);
    }

    return format.far(
        write(format, "weekday", ms),
        date.getFullYear() === today.getFullYear() ? shortDate : write(format, "dayAndYear", ms));
}

/** Everything, for a tooltip. */
export function full(language, ms) {
    const format = rules(language);
    return format.full(write(format, "weekday", ms), write(format, "dayAndYear", ms), write(format, "time", ms));
}
