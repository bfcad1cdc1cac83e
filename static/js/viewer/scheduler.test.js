// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELD, MOVING, NOTHING, STILL, Scheduler, chosen } from './scheduler.js';

test('whoever is moved by hand goes before what moves by itself and what is still', () => {
  const waiting = [STILL, MOVING, HELD, NOTHING].map((wants) => ({ wants, drawnMs: 5 }));
  assert.equal(chosen(waiting), 2);
  assert.equal(chosen(waiting.slice(0, 2)), 1);
  assert.equal(chosen([{ wants: NOTHING, drawnMs: 0 }]), -1);
});

test('viewers that move take turns; a still one that was begun is finished', () => {
  const moving = [9, 3, 7].map((drawnMs) => ({ wants: MOVING, drawnMs }));
  assert.equal(chosen(moving), 1);
  const still = [9, 3, 7].map((drawnMs) => ({ wants: STILL, drawnMs }));
  assert.equal(chosen(still), 0);
});

/** A loop of twenty that move `left` times together, its frames so many milliseconds apart. */
function twenty(apart, left) {
  /** @type {((ms: number) => void)[]} */
  const waiting = [];
  globalThis.requestAnimationFrame = (callback) => waiting.push(callback);
  const scheduler = new Scheduler();
  const drawn = new Array(20).fill(0);
  drawn.forEach((_, index) =>
    scheduler.add({
      wants: () => (left > 0 ? MOVING : NOTHING),
      draw: () => {
        const until = performance.now() + 0.05; // time passes, as the order goes by it
        while (performance.now() < until);
        drawn[index] += 1;
        left -= 1;
      },
    }),
  );
  let now = 0;
  const each = [];
  for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
    const before = left;
    frame((now += apart(each.length)));
    each.push(before - left);
  }
  return { drawn, each };
}

test('where frames are late one viewer draws in each, all as often, and then it rests', () => {
  const { drawn, each } = twenty(() => 40, 200);
  assert.ok(each.every((count) => count <= 1));
  assert.deepEqual(drawn, new Array(20).fill(10));
});

test('where frames come in time more and more viewers share one, and fewer once one is late', () => {
  const { drawn, each } = twenty((frame) => (frame === 60 ? 50 : 16.7), 1000);
  assert.equal(each[1], 1);
  assert.equal(Math.max(...each), 8);
  assert.ok(each.slice(1, 60).every((count, k) => count >= each[k]));
  assert.ok(each[60] <= each[59] / 2 + 1);
  assert.ok(Math.max(...drawn) - Math.min(...drawn) <= 1);
});

test('whoever is moved by hand has the frame alone', () => {
  /** @type {((ms: number) => void)[]} */
  const waiting = [];
  globalThis.requestAnimationFrame = (callback) => waiting.push(callback);
  const scheduler = new Scheduler();
  const drawn = { held: 0, moving: 0 };
  scheduler.add({ wants: () => MOVING, draw: () => (drawn.moving += 1) });
  scheduler.add({ wants: () => HELD, draw: () => (drawn.held += 1) });
  for (let frame = 1; frame < 100; frame++) waiting.shift()(16 * frame);
  assert.deepEqual(drawn, { held: 99, moving: 0 });
});
