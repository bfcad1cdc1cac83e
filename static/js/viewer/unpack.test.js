// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { half, levelSteps, settingTexels, signedHalf, smoothMaps, summed } from './unpack.js';

/** What a half float's bits say. */
function value(bits) {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const size = exponent ? (1 + mantissa / 1024) * 2 ** (exponent - 15) : mantissa * 2 ** -24;
  return bits & 0x8000 ? -size : size;
}

test('halves are the nearest half floats', () => {
  assert.equal(half(1), 0x3c00);
  assert.equal(half(65504), 0x7bff);
  assert.equal(half(1.9999), 0x4000);
  assert.equal(half(0), 0);
  for (let k = 1; k < 2000; k++) {
    const number = k * 0.0173;
    assert.ok(Math.abs(value(half(number)) - number) <= number / 2048 + 2 ** -25);
    assert.equal(value(signedHalf(-number)), -value(half(number)));
  }
});

/** Each texel less what its neighbours foretell. */
function residuals(map, side) {
  const at = (x, y) => (x < 0 || y < 0 ? 0 : map[y * side + x]);
  return map.map((_, k) => {
    const [x, y] = [k % side, Math.floor(k / side)];
    return at(x, y) - at(x - 1, y) - at(x, y - 1) + at(x - 1, y - 1);
  });
}

test('sums undo residuals', () => {
  const map = Array.from({ length: 25 }, (_, k) => ((k * k) % 17) - 5);
  assert.deepEqual([...summed(Int32Array.from(residuals(map, 5)), 5)], map);
});

test('smooth maps come back from their bytes, with and without a sign', () => {
  const first = Array.from({ length: 16 }, (_, k) => (k * 37) % 128);
  const second = first.map((k) => k - 100);
  const bytes = Uint8Array.from([...residuals(first, 4), ...residuals(second, 4)].map((k) => k & 255));
  assert.deepEqual([...smoothMaps(bytes, 4, true)[1]], second);
  const light = first.map((k) => k + 127);
  const unsigned = Uint8Array.from(residuals(light, 4).map((k) => k & 255));
  assert.deepEqual([...smoothMaps(unsigned, 4, false)[0]], light);
});

/** Each texel less what the median edge detector says of it. */
function surprises(map, side) {
  const at = (x, y) => (x < 0 || y < 0 ? 0 : map[y * side + x]);
  return map.map((value, k) => {
    const [x, y] = [k % side, Math.floor(k / side)];
    const [left, upper, corner] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
    const [, middle] = [left, upper, left + upper - corner].sort((a, b) => a - b);
    return value - middle;
  });
}

test('a level comes back from green and the differences of red and blue', () => {
  const planes = [0, 1, 2].map((c) => Array.from({ length: 9 }, (_, k) => 300 + 40 * c + ((k * 91) % 700)));
  const [red, green, blue] = planes;
  const parts = [green, red.map((v, k) => v - green[k]), blue.map((v, k) => v - green[k])];
  const zigzags = parts.map((part) => surprises(part, 3).map((r) => (r >= 0 ? 2 * r : -2 * r - 1)));
  const bytes = Uint8Array.from(zigzags.flatMap((z) => [...z.map((v) => v & 255), ...z.map((v) => v >> 8)]));
  assert.deepEqual(levelSteps(bytes, 3).map((plane) => [...plane]), planes);
});

test('a setting map says where nothing is seen, and what stands how far', () => {
  const texels = settingTexels(Uint8Array.from([9, 9, 9, 0, 255, 0, 5, 255]), 0.25, 24);
  assert.deepEqual([...texels.slice(0, 4)], [0, 0, 0, 0]);
  assert.equal(value(texels[4]), 1);
  assert.equal(value(texels[5]), -1);
  assert.equal(value(texels[6]), -2.5);
  assert.ok(Math.abs(value(texels[7]) - 24) < 0.02);
});
