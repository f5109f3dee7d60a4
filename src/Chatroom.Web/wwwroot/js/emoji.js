// All of Unicode's emoji, fetched when they are first wanted, and the search over their names in both languages.
import { language } from './texts.js';

let groups, flat, tones, names = {};

async function json(name) {
  const response = await fetch(`/emoji/${name}.json`);
  if (!response.ok) throw new Error(`The list of emoji could not be fetched (${response.status}).`);
  return response.json();
}

/** Fetches what is needed; again after the language has changed. */
export async function load() {
  const code = language() === 'zh-Hans' ? 'zh' : 'en';
  if (!groups) {
    [groups, tones] = await Promise.all([json('groups'), json('tones')]);
    tones = new Set(tones);
    flat = groups.flatMap(group => group[1]);
  }

  // Names in both languages: who writes Chinese may well search for "smile".
  for (const each of ['en', 'zh']) names[each] ??= (await json(`names.${each}`)).map(row => row.toLowerCase());
  names.shown = names[code];
}

export const groupNames = () => groups.map(group => group[0]);

export const group = name => groups.find(one => one[0] === name)?.[1] ?? [];

export const nameOf = emoji => {
  const at = flat?.indexOf(emoji) ?? -1;
  return at < 0 ? emoji : names.shown[at].split('|', 1)[0];
};

/** Emoji whose names match every word: at the beginning of a word in English, anywhere in Chinese; those named so first. */
export function search(query, limit) {
  if (!flat) return [];
  const words = query.toLowerCase().replace(/_/g, ' ').trim().split(/\s+/).filter(word => word !== '');
  const found = [];
  for (let i = 0; i < flat.length; i++) {
    let rank = 0;
    for (const word of words) {
      const en = names.en[i], at = ` ${en.replaceAll('|', ' ')}`.indexOf(` ${word}`);
      const hit = at >= 0 ? (en.startsWith(word) ? 3 : at < en.split('|', 1)[0].length ? 2 : 1) : names.zh[i].startsWith(word) ? 3 : names.zh[i].includes(word) ? 1 : 0;
      if (!hit) {
        rank = -1;
        break;
      }

      rank += hit;
    }

    if (rank > 0) found.push([rank, i]);
  }

  return found.sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, limit).map(([, i]) => flat[i]);
}

/** The emoji with a skin tone (0 none, 1–5), where it takes one. Couples take it at both ends (UTS #51). */
export function toned(emoji, tone) {
  if (!tone || !tones?.has(emoji)) return emoji;
  const modifier = String.fromCodePoint(0x1f3fa + tone), parts = emoji.split('\u200d');
  const put = part => {
    const [first, ...rest] = [...part];
    return first + modifier + rest.filter((one, i) => i > 0 || one !== '\ufe0f').join('');
  };
  parts[0] = put(parts[0]);
  const last = parts.length - 1;
  if (last > 0 && ['👨', '👩', '🧑'].includes(parts[last])) parts[last] += modifier;
  return parts.join('\u200d');
}
