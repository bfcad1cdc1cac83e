// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ratchet, between, onCircle } from './ratchet.js';

const CLICK = (2 * Math.PI) / 120;

test('a bezel clicks on as far as it is pulled, and never back', () => {
  const bezel = new Ratchet(120);
  assert.equal(bezel.pull(0.4 * CLICK), false);
  assert.equal(bezel.pull(0.7 * CLICK), true);
  assert.ok(Math.abs(bezel.angle - CLICK) < 1e-12);
  assert.equal(bezel.pull(-20 * CLICK), false);
  assert.ok(Math.abs(bezel.angle - CLICK) < 1e-12);
  assert.equal(bezel.pull(3 * CLICK), true); // from where it stands, not from where the hand went back to
  assert.ok(Math.abs(bezel.angle - 4 * CLICK) < 1e-9);
  assert.equal(bezel.minute, 58);
  bezel.home();
  assert.ok(Math.abs(bezel.angle - 2 * Math.PI) < 1e-12);
  assert.equal(bezel.minute, 0);
  bezel.home();
  assert.ok(Math.abs(bezel.angle - 2 * Math.PI) < 1e-12);
});

test('a crown follows the hand both ways', () => {
  const crown = new Ratchet();
  crown.pull(0.3);
  crown.pull(-0.5);
  assert.ok(Math.abs(crown.angle + 0.2) < 1e-12);
  crown.home();
  assert.equal(crown.angle, 0);
});

test('a place on a leaning circle has the angle that it has on the circle', () => {
  // a circle of radius 100 whose upper side leans away, seen at half its height; y counts downwards
  const seen = { center: { x: 200, y: 150 }, across: { x: 300, y: 150 }, up: { x: 200, y: 100 } };
  for (const angle of [-3, -1.2, 0, 0.7, 2.9]) {
    const at = { x: 200 + 80 * Math.cos(angle), y: 150 - 40 * Math.sin(angle) };
    const found = onCircle(seen, at);
    assert.ok(Math.abs(found.angle - angle) < 1e-12);
    assert.ok(Math.abs(found.radii - 0.8) < 1e-12);
  }
  assert.equal(onCircle({ ...seen, up: { x: 260, y: 150 } }, { x: 0, y: 0 }), null);
});

test('the way between two angles is the shorter one', () => {
  assert.ok(Math.abs(between(3.1, -3.1) - (2 * Math.PI - 6.2)) < 1e-12);
  assert.ok(Math.abs(between(0.2, -0.2) + 0.4) < 1e-12);
  assert.ok(Math.abs(between(-9, 10) - (19 - 6 * Math.PI)) < 1e-12);
});
