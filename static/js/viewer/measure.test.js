// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD_MM, calibrate, calibrated, dimensionLines, lengthWords, localCoin } from './measure.js';

const HALF = [0.0103, 0.012, 0.0037];
const SIGNS = Array.from({ length: 8 }, (_, k) => [k & 4 ? 1 : -1, k & 2 ? 1 : -1, k & 1 ? 1 : -1]);
const CORNERS = SIGNS.flatMap((signs) => signs.map((sign, axis) => sign * HALF[axis]));

/**
 * The box seen from far off, turned and from above.
 * @param {number} azimuth
 * @param {number} elevation
 */
function seenFrom(azimuth, elevation) {
  return SIGNS.map((signs) => {
    const [x, y, z] = signs.map((sign, axis) => sign * HALF[axis]);
    const across = x * Math.cos(azimuth) + z * Math.sin(azimuth);
    const deep = -x * Math.sin(azimuth) + z * Math.cos(azimuth);
    return { x: 300 + 1e4 * across, y: 300 - 1e4 * (y * Math.cos(elevation) - deep * Math.sin(elevation)) };
  });
}

/** Storage that keeps what it is given. */
function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void kept.set(name, value),
  };
}

test('what was measured with a card is kept through any zoom of the page', () => {
  const kept = storage();
  assert.equal(calibrated(1, kept), null);
  calibrate(2, 412 / CARD_MM.width, kept);
  assert.equal(calibrated(2, kept), 412 / CARD_MM.width);
  assert.ok(Math.abs(/** @type {number} */ (calibrated(3, kept)) * CARD_MM.width * 1.5 - 412) < 1e-9);
});

test('where the browser refuses its memory, what was measured holds for the visit', () => {
  const refuse = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  Object.defineProperty(globalThis, 'localStorage', { get: refuse, configurable: true });
  assert.equal(calibrated(2), null);
  calibrate(2, 4.2);
  assert.equal(calibrated(2), 4.2);
  Object.defineProperty(globalThis, 'localStorage', { value: { getItem: () => null, setItem: refuse }, configurable: true });
  calibrate(2, 4.2);
  assert.equal(calibrated(2), null);
});

test('what cannot be a screen is not believed', () => {
  const kept = storage();
  for (const nonsense of ['', 'large', '0', '-3', '1e9']) {
    kept.setItem('parure.screen', nonsense);
    assert.equal(calibrated(1, kept), null);
  }
});

test('each of a box’s three lengths is measured once, outside the piece', () => {
  for (const azimuth of [0.4, 1.2, 2.2, 3.6, 5.5]) {
    const seen = seenFrom(azimuth, 0.5);
    const lines = dimensionLines(seen, CORNERS);
    assert.deepEqual(lines.map(({ mm }) => Number(mm.toFixed(3))), [20.6, 24, 7.4]);
    const [left, right] = [Math.min(...seen.map(({ x }) => x)), Math.max(...seen.map(({ x }) => x))];
    const [top, bottom] = [Math.min(...seen.map(({ y }) => y)), Math.max(...seen.map(({ y }) => y))];
    for (const { at } of lines) {
      const inside = at.x > left && at.x < right && at.y > top && at.y < bottom;
      const corner = Math.hypot((at.x - 300) / (right - left), (at.y - 300) / (bottom - top));
      assert.ok(!inside || corner > 0.35, `${at.x} ${at.y}`);
    }
  }
});

test('a length that is seen end on is left out', () => {
  assert.deepEqual(dimensionLines(seenFrom(0, 0), CORNERS).map(({ mm }) => Math.round(mm)), [21, 24]);
});

test('everybody is offered a coin of the own purse', () => {
  const coins = ['en-US', 'en-GB', 'fr-CH', 'ja', 'zh-Hans-CN', 'de', 'it-IT', 'en'].map((tag) => localCoin(tag).id);
  assert.deepEqual(coins, ['usd', 'gbp', 'chf', 'jpy', 'cny', 'eur', 'eur', 'eur']);
});

test('lengths are said to a tenth, in the language of the page', () => {
  assert.equal(lengthWords(20.5678, 'en'), '20.6 mm');
  assert.equal(lengthWords(7, 'de'), '7,0 mm');
  assert.equal(lengthWords(20.5678, 'ar-EG'), '20.6 mm'); // in the service's digits
});
