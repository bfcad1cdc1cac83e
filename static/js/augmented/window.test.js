// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frustum, windowOf } from './window.js';

const seenAt = (/** @type {number} */ width, /** @type {number} */ height) => ({
  width,
  height,
  project: (/** @type {[number, number, number]} */ point) => point,
});

test('a projection is read as pixels: focal lengths, and where an eye beside the middle looks', () => {
  const projection = [2, 0, 0, 0, 0, 1, 0, 0, 0.5, -0.25, -1, -1, 0, 0, -0.2, 0];
  const { focal, center } = frustum(projection, 400, 800);
  assert.deepEqual(focal, [400, 400]);
  // what is straight ahead: ndc (-0.5, 0.25)
  assert.deepEqual(center, [100, 300]);
});

test('a window holds all that is seen, lies within the view, and comes in few sizes', () => {
  const view = seenAt(1000, 2000);
  const sizes = new Set();
  for (let k = 0; k < 300; k++) {
    const points = [0, 1, 2].map((j) => [(37 * k * (j + 1)) % 1100 - 50, (91 * k + 300 * j) % 2100 - 50, 0.5]);
    const window = windowOf(view, points);
    if (!window) continue;
    const { left, top, width, height } = window;
    sizes.add(width).add(height);
    assert.ok(left >= 0 && top >= 0 && left + width <= 1000 && top + height <= 2000);
    for (const [x, y] of points) {
      assert.ok(Math.min(Math.max(x, 0), 1000) >= left && Math.min(Math.max(x, 0), 1000) <= left + width);
      assert.ok(Math.min(Math.max(y, 0), 2000) >= top && Math.min(Math.max(y, 0), 2000) <= top + height);
    }
  }
  assert.ok(sizes.size <= 12);
});

test('what is behind is not drawn, and what surrounds the eye takes the whole view', () => {
  const view = seenAt(1000, 2000);
  assert.equal(windowOf(view, [[500, 500, -1], [600, 600, -2]]), null);
  assert.equal(windowOf(view, [[1500, 500, 1], [1600, 600, 1]]), null);
  assert.deepEqual(windowOf(view, [[500, 500, 1], [600, 600, -2]]), { left: 0, top: 0, width: 1000, height: 2000 });
});
