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

test('twenty moving viewers draw one a frame, each as often as any other, and then it rests', () => {
  /** @type {((ms: number) => void)[]} */
  const frames = [];
  globalThis.requestAnimationFrame = (callback) => frames.push(callback);
  const scheduler = new Scheduler();
  const drawn = new Array(20).fill(0);
  let left = 200;
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
  let count = 0;
  for (let frame = frames.shift(); frame; frame = frames.shift()) {
    const before = left;
    frame((count += 16));
    assert.ok(before - left <= 1);
  }
  assert.deepEqual(drawn, new Array(20).fill(10));
});
