// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { atRest, releaseSpeed, step } from './damper.js';

const SETTLE = 110;

test('two half steps go as far as one whole step', () => {
  const start = { position: 3, target: 40 };
  const whole = step(start, 32, SETTLE, 0);
  const halves = step(step(start, 16, SETTLE, 0), 16, SETTLE, 0);
  assert.ok(Math.abs(whole.position - halves.position) < 1e-12);
});

test('it nears the target at every step and never passes it', () => {
  for (const target of [-25, 0, 25]) {
    let motion = { position: 5, target };
    for (let index = 0; index < 200; index += 1) {
      const next = step(motion, 7 + (index % 20), SETTLE, 0.01);
      assert.ok(Math.abs(target - next.position) <= Math.abs(target - motion.position));
      assert.ok((target - next.position) * (target - 5) >= 0);
      motion = next;
    }
    assert.ok(atRest(motion));
  }
});

test('the distance falls to 1/e in the settling time', () => {
  const { position } = step({ position: 0, target: 1 }, SETTLE, SETTLE, 0);
  assert.ok(Math.abs(1 - position - Math.exp(-1)) < 1e-12);
});

test('a steady drag is released at its speed', () => {
  const samples = Array.from({ length: 10 }, (_, index) => ({
    timeMs: index * 10,
    value: index * 0.5,
  }));
  assert.ok(Math.abs(releaseSpeed(samples, 90, 80) - 0.05) < 1e-12);
});

test('a pointer that rested before it was lifted has no speed', () => {
  const samples = [
    { timeMs: 0, value: 0 },
    { timeMs: 10, value: 5 },
  ];
  assert.equal(releaseSpeed(samples, 500, 80), 0);
});
