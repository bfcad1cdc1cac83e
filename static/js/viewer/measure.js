/**
 * Lengths on the screen: millimetres of this very screen, coins and cards for scale, and the lines that
 * say how large a piece is. CSS pixels, unless said otherwise.
 */
import { memory } from '../memory.js';
import { figures } from '../words.js';

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{from: Point, to: Point, at: Point, mm: number}} DimensionLine */
/** @typedef {{id: string, name: string, mm: number}} Coin */

export const CARD_MM = /** @type {const} */ ({ width: 85.6, height: 53.98, corner: 3.18 }); // ISO/IEC 7810 ID-1
export const USUAL_PIXELS_PER_MM = 96 / 25.4; // CSS's own millimetre
export const LEAST_PIXELS_PER_MM = 2; // a television
export const MOST_PIXELS_PER_MM = 9; // a small telephone

/** Diameters as the mints give them. @type {readonly Coin[]} */
export const COINS = Object.freeze([
  { id: 'eur', name: '1 euro', mm: 23.25 },
  { id: 'usd', name: 'US quarter', mm: 24.26 },
  { id: 'gbp', name: '1 pound', mm: 23.43 },
  { id: 'chf', name: '1 franc', mm: 23.2 },
  { id: 'jpy', name: '100 yen', mm: 22.6 },
  { id: 'cny', name: '1 yuan', mm: 22.25 },
  { id: 'aed', name: '1 dirham', mm: 24 },
]);

/** @type {Record<string, string>} */
const COIN_OF_REGION = {
  US: 'usd', CA: 'usd', GB: 'gbp', CH: 'chf', LI: 'chf', JP: 'jpy', CN: 'cny', AE: 'aed',
}; // prettier-ignore
/** @type {Record<string, string>} */
const COIN_OF_LANGUAGE = { ja: 'jpy', zh: 'cny', ar: 'aed' };

const PLACE = 'parure.screen'; // in the browser's own memory
const OFF = 18; // of a line from the edge that it measures
const LEAST_LENGTH = 12; // of an edge worth a line

/**
 * The coin that a visitor is likely to have, by a language tag such as `en-GB`.
 * @param {string} tag
 */
export function localCoin(tag) {
  const [language, ...more] = tag.split('-');
  const region = more.find((part) => /^[A-Z]{2}$/.test(part)) ?? '';
  const id = COIN_OF_REGION[region] ?? (region ? undefined : COIN_OF_LANGUAGE[language]) ?? 'eur';
  return /** @type {Coin} */ (COINS.find((coin) => coin.id === id));
}

/** @typedef {Pick<Storage, 'getItem' | 'setItem'>} Memory */

/**
 * This screen's CSS pixels for a millimetre as the client measured them; null where nobody did. What is
 * kept are the screen's own pixels: those do not change as the page is zoomed.
 * @param {number} pixelRatio
 * @param {Memory} [storage]
 */
export function calibrated(pixelRatio, storage = memory('localStorage')) {
  const kept = Number(storage.getItem(PLACE)) / pixelRatio;
  return kept >= LEAST_PIXELS_PER_MM / 2 && kept <= MOST_PIXELS_PER_MM * 2 ? kept : null;
}

/**
 * @param {number} pixelRatio
 * @param {number} pixelsPerMm CSS pixels
 * @param {Memory} [storage]
 */
export function calibrate(pixelRatio, pixelsPerMm, storage = memory('localStorage')) {
  try {
    storage.setItem(PLACE, String(pixelsPerMm * pixelRatio));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // it is full: next time it is asked again
  }
}

/**
 * The lines that measure a piece: of each direction of its box the edge that stands most outside.
 * @param {readonly Point[]} seen the box's corners as they are seen; x counts slowest, then y
 * @param {readonly number[]} corners the same in metres, three numbers each
 * @returns {DimensionLine[]}
 */
export function dimensionLines(seen, corners) {
  const middle = seen.reduce((sum, { x, y }) => ({ x: sum.x + x / 8, y: sum.y + y / 8 }), { x: 0, y: 0 });
  /** @type {DimensionLine[]} */
  const lines = [];
  for (const bit of [4, 2, 1]) {
    const edges = Array.from({ length: 8 }, (_, k) => k).filter((k) => (k & bit) === 0);
    /** @type {{line: DimensionLine, out: number} | null} */
    let best = null;
    for (const k of edges) {
      const a = seen[k];
      const b = seen[k | bit];
      const across = { x: b.x - a.x, y: b.y - a.y };
      const length = Math.hypot(across.x, across.y);
      if (length < LEAST_LENGTH) continue;
      let normal = { x: -across.y / length, y: across.x / length };
      const half = { x: (a.x + b.x) / 2 - middle.x, y: (a.y + b.y) / 2 - middle.y };
      let off = half.x * normal.x + half.y * normal.y;
      if (off < 0) [normal, off] = [{ x: -normal.x, y: -normal.y }, -off];
      // below and to the left there is room, and nothing is hidden by the figures
      const out = off * (1 + 0.3 * normal.y - 0.15 * normal.x);
      if (best && out <= best.out) continue;
      const shift = { x: normal.x * OFF, y: normal.y * OFF };
      const from = { x: a.x + shift.x, y: a.y + shift.y };
      const to = { x: b.x + shift.x, y: b.y + shift.y };
      const at = { x: (from.x + to.x) / 2 + shift.x, y: (from.y + to.y) / 2 + shift.y };
      best = { out, line: { from, to, at, mm: edgeMm(corners, k, k | bit) } };
    }
    if (best) lines.push(best.line);
  }
  return lines;
}

/**
 * Width, height and depth of a box.
 * @param {readonly number[]} corners metres
 */
export function sizesMm(corners) {
  return [4, 2, 1].map((other) => edgeMm(corners, 0, other));
}

/**
 * @param {readonly number[]} corners
 * @param {number} a
 * @param {number} b
 */
function edgeMm(corners, a, b) {
  return 1e3 * Math.hypot(...[0, 1, 2].map((axis) => corners[3 * a + axis] - corners[3 * b + axis]));
}

/**
 * A length as the trade says it: a tenth of a millimetre.
 * @param {number} mm
 * @param {string | undefined} language
 */
export function lengthWords(mm, language) {
  return `${figures(language, { least: 1, most: 1 }).format(mm)} mm`;
}
