// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Placing, level } from './placing.js';

const surface = (/** @type {number} */ tilt, x = 0, y = 0, z = 0) =>
  [1, 0, 0, 0, 0, Math.cos(tilt), Math.sin(tilt), 0, 0, -Math.sin(tilt), Math.cos(tilt), 0, x, y, z, 1];
const EYE = [0, 1.5, 0];

test('it stands on tables and floors, and never on walls or slopes', () => {
  assert.deepEqual(level(surface(0, 1, 2, 3)), [1, 2, 3]);
  assert.deepEqual(level(surface(0.3, 1, 2, 3)), [1, 2, 3]);
  assert.equal(level(surface(0, NaN, 0, 0)), null);
  assert.equal(level(surface(1)), null);
  assert.equal(level(surface(Math.PI / 2)), null);
  assert.equal(level(surface(Math.PI)), null); // a ceiling
});

test('a surface shows it there, facing whoever looks; out of sight for long it is looked for again', () => {
  const placing = new Placing();
  assert.equal(placing.setDown(), false);
  placing.advance(0, 16, [0.5, 0.7, -0.5], EYE);
  assert.equal(placing.state, 'aiming');
  assert.deepEqual(placing.place, [0.5, 0.7, -0.5]);
  assert.ok(Math.abs(placing.facing - Math.atan2(-0.5, 0.5)) < 1e-12);
  placing.advance(500, 16, null, EYE);
  assert.equal(placing.state, 'aiming');
  placing.advance(900, 16, null, EYE);
  assert.equal(placing.state, 'seeking');
});

test('it follows smoothly, and over a long way at once', () => {
  const placing = new Placing();
  placing.advance(0, 16, [0, 0, -1], EYE);
  placing.advance(16, 16, [0.1, 0, -1], EYE);
  assert.ok(placing.place[0] > 0.01 && placing.place[0] < 0.05);
  for (let k = 0; k < 60; k++) placing.advance(32 + 16 * k, 16, [0.1, 0, -1], EYE);
  assert.ok(Math.abs(placing.place[0] - 0.1) < 1e-4);
  placing.advance(1100, 16, [2, 0, -1], EYE);
  assert.equal(placing.place[0], 2);
});

test('what was set down stays, however one walks about it, until it is lifted', () => {
  const placing = new Placing();
  placing.advance(0, 16, [0, 0, -1], EYE);
  const { facing } = placing;
  assert.equal(placing.setDown(), true);
  placing.advance(16, 16, [1, 0, 0], [3, 1, 3]);
  placing.advance(5000, 16, null, [3, 1, 3]);
  assert.deepEqual([placing.state, placing.place, placing.facing], ['placed', [0, 0, -1], facing]);
  placing.lift(5000);
  assert.equal(placing.state, 'aiming');
  placing.advance(5016, 16, null, EYE);
  assert.equal(placing.state, 'aiming');
});

test('a finger turns it at once, a button smoothly by an eighth', () => {
  const placing = new Placing();
  placing.drag(100);
  assert.ok(Math.abs(placing.turn - 0.9) < 1e-9);
  placing.step(-1);
  assert.ok(Math.abs(placing.turn - 0.9) < 1e-9);
  for (let k = 0; k < 120; k++) placing.advance(16 * k, 16, null, EYE);
  assert.ok(Math.abs(placing.turn - (0.9 - Math.PI / 4)) < 1e-3);
});
