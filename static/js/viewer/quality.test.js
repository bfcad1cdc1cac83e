// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { Governor, TIERS, sampleOffset } from './quality.js';

/** Notes frames that follow each other by so many milliseconds. */
function frames(governor, count, apart, start = 0) {
  let now = start;
  for (let k = 0; k < count; k++) governor.note((now += apart));
  return now;
}

test('a machine that keeps up is given a finer tier, one that does not a coarser one', () => {
  const quick = new Governor(1);
  frames(quick, 400, 16.7);
  assert.equal(quick.level, TIERS.length - 1);
  const slow = new Governor(2);
  frames(slow, 60, 60);
  assert.equal(slow.level, 0);
});

test('a very slow machine is spared after a few frames', () => {
  const governor = new Governor(2);
  frames(governor, 4, 400);
  assert.ok(governor.level < 2);
});

test('several pictures of one frame are no quick frames', () => {
  const crowded = new Governor(1);
  for (let frame = 0; frame < 400; frame++) for (let k = 0; k < 3; k++) crowded.note(16.7 * frame);
  const alone = new Governor(1);
  frames(alone, 400, 16.7, -16.7);
  assert.equal(crowded.level, alone.level);
  const slow = new Governor(2);
  for (let frame = 0; frame < 60; frame++) for (let k = 0; k < 3; k++) slow.note(60 * frame);
  assert.equal(slow.level, 0);
});

test('pauses between movements say nothing about speed', () => {
  const governor = new Governor(2);
  frames(governor, 50, 5000);
  assert.equal(governor.level, 2);
});

test('a tier that was too slow twice is not tried for ever', () => {
  const finest = TIERS.length - 1;
  const governor = new Governor(finest - 1);
  let now = 0;
  let tries = 0;
  for (let round = 0; round < 20; round++) {
    now = frames(governor, 100, 16.7, now);
    if (governor.level === finest) tries += 1;
    while (governor.level === finest) now = frames(governor, 1, 40, now);
  }
  assert.equal(tries, 2);
  assert.equal(governor.level, finest - 1);
});

test('every sample of a pixel is drawn once, the first four in four quarters', () => {
  for (const side of [1, 2, 4, 5, 7]) {
    const seen = new Set();
    for (let k = 0; k < side * side; k++) seen.add(sampleOffset(k, side).join());
    assert.equal(seen.size, side * side);
  }
  const quarters = new Set([0, 1, 2, 3].map((k) => sampleOffset(k, 4).map((c) => c >> 1).join()));
  assert.equal(quarters.size, 4);
});
