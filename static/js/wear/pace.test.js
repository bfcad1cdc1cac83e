// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARES, Pace } from './pace.js';

/** @param {Pace} pace @param {number} count @param {number} tookMs @param {number} from */
function run(pace, count, tookMs, from) {
  for (let at = 1; at <= count; at += 1) pace.note(from + at * tookMs);
  return from + count * tookMs;
}

test('a slow device gets the coarsest step within two seconds and stays there', () => {
  const pace = new Pace();
  const now = run(pace, 20, 100, 0);
  assert.equal(pace.step, 0);
  run(pace, 200, 100, now);
  assert.equal(pace.step, 0);
  assert.deepEqual(pace.care, CARES[0]);
});

test('a quick device is given more care, one step after the other', () => {
  const pace = new Pace();
  run(pace, 130, 33, 0);
  assert.equal(pace.step, CARES.length - 1);
});

test('a step that was too slow twice is not tried again', () => {
  const pace = new Pace();
  let now = 0;
  for (let turn = 0; turn < 4; turn += 1) {
    now = run(pace, 130, 33, now);
    now = run(pace, 8, 90, now);
  }
  assert.ok(pace.step < CARES.length - 1);
  run(pace, 400, 33, now);
  assert.ok(pace.step < CARES.length - 1);
});

test('a pause is no slow frame', () => {
  const pace = new Pace();
  run(pace, 12, 4000, 0);
  assert.equal(pace.step, 2);
});
