// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lacks } from './lacks.js';

const [WIDTH, HEIGHT] = [64, 48];
const RING = [{ asked: { product: 'band', hash: '', finger: 'ring' }, anchor: 'finger' }];

/** A hand as a fan of joints about a middle, its palm so long. */
const handAt = (x, y, palm, hand = 'left') => {
  const pointsPx = Float64Array.from({ length: 42 }, (_, k) => (k % 2 ? y : x));
  for (const knuckle of [5, 9, 13, 17]) pointsPx[2 * knuckle + 1] = y - palm;
  return { pointsPx, hand, world: new Float64Array(63), score: 1 };
};
const frameOf = (hands, { light = 120, timeMs = 0 } = {}) => ({
  image: { data: new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(light), width: WIDTH, height: HEIGHT, channels: 4 },
  seen: { hands, faces: [], bodies: [] },
  intrinsics: { fx: 60, fy: 60, cx: 32, cy: 24 },
  timeMs,
});
const ringAt = (opacity, { x = 32, y = 24, side = 'dorsal' } = {}) => [
  { pieces: [{ placement: { anchor: 'finger', side, centerPx: [x, y], widthPx: 4 }, worn: [{ opacity }], veil: null }] },
];
const inPhoto = (frame, layers, wanted = RING) => new Lacks(wanted, false).of(frame, layers);

test('a photo in which the piece is worn lacks nothing', () => {
  assert.deepEqual(inPhoto(frameOf([handAt(32, 30, 14)]), ringAt(1)), []);
});

test('each thing that keeps a piece from being worn is told by its name', () => {
  const hand = handAt(32, 30, 14);
  assert.deepEqual(inPhoto(frameOf([]), []), ['nobody']);
  assert.deepEqual(inPhoto(frameOf([], { light: 8 }), []), ['nobody', 'dark']);
  assert.deepEqual(inPhoto(frameOf([handAt(32, 30, 3)]), ringAt(1)), ['far']);
  assert.deepEqual(inPhoto(frameOf([handAt(32, 40, 36)]), ringAt(1)), ['near']);
  assert.deepEqual(inPhoto(frameOf([handAt(-3, 30, 14)]), ringAt(1)), ['cut-off']);
  assert.deepEqual(inPhoto(frameOf([hand]), ringAt(0, { x: 1 })), ['cut-off']);
  assert.deepEqual(inPhoto(frameOf([hand]), ringAt(0, { side: 'palmar' })), ['wrong-side']);
  assert.deepEqual(inPhoto(frameOf([hand]), ringAt(0)), ['covered']);
  assert.deepEqual(inPhoto(frameOf([hand]), [{ ...ringAt(1)[0], ownBands: 1 }]), ['own-jewellery']);
});

test('the other hand than the one asked for is the wrong side', () => {
  const wanted = [{ asked: { product: 'band', hash: '', hand: 'right' }, anchor: 'finger' }];
  assert.deepEqual(inPhoto(frameOf([handAt(32, 30, 14, 'left')]), [], wanted), ['wrong-side']);
  assert.deepEqual(inPhoto(frameOf([handAt(32, 30, 14, 'right')]), ringAt(1), wanted), []);
});

test('in a stream what lacks for a moment only is not told, and what came back is forgotten', () => {
  const lacks = new Lacks(RING, true);
  const hand = handAt(32, 30, 14);
  const told = [];
  for (let timeMs = 0; timeMs <= 2000; timeMs += 50) {
    const away = (timeMs >= 200 && timeMs < 300) || (timeMs >= 800 && timeMs < 1600);
    told.push([timeMs, lacks.of(frameOf(away ? [] : [hand], { timeMs }), ringAt(away ? 0 : 1))]);
  }
  const times = told.filter(([, found]) => found.includes('nobody')).map(([timeMs]) => timeMs);
  assert.deepEqual([times[0], times.at(-1)], [1200, 1800]);
  assert.ok(told.every(([, found]) => found.every((lack) => lack === 'nobody')));
});

test('a hand that is waved is told to hold still', () => {
  const lacks = new Lacks(RING, true);
  let found = [];
  for (let k = 0; k < 20; k++) {
    found = lacks.of(frameOf([handAt(20 + 6 * (k % 4), 30, 14)], { timeMs: 50 * k }), ringAt(1));
  }
  assert.deepEqual(found, ['moving']);
});
