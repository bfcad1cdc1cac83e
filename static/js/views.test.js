// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { coarseFirst, nearestView, pictureSize, viewAt } from './views.js';

test('any position has a view, and a whole turn changes nothing', () => {
  for (let position = -100; position <= 100; position += 0.25) {
    const view = viewAt(position, 36);
    assert.ok(Number.isInteger(view) && view >= 0 && view < 36);
    assert.equal(viewAt(position + 36, 36), view);
  }
});

test('every view is fetched once, and the gaps close evenly', () => {
  for (const count of [1, 2, 7, 36]) {
    const order = coarseFirst(count);
    assert.deepEqual([...order].sort((a, b) => a - b), [...Array(count).keys()]);
  }
  for (const [fetched, widest] of [[4, 9], [9, 5], [18, 3]]) {
    const some = coarseFirst(36).slice(0, fetched).sort((a, b) => a - b);
    const gaps = some.map((view, index) => (some[(index + 1) % fetched] - view + 36) % 36);
    assert.ok(Math.max(...gaps) <= widest, `${fetched}: ${gaps}`);
  }
});

test('the nearest fetched view is found across the seam', () => {
  const fetched = new Map([[2, 'two'], [20, 'twenty']]);
  assert.equal(nearestView(35, fetched, 36), 2);
  assert.equal(nearestView(12, fetched, 36), 20);
  assert.equal(nearestView(2, fetched, 36), 2);
  assert.equal(nearestView(5, new Map(), 36), undefined);
});

test('a picture fills its place, or is the largest there is', () => {
  const sizes = [480, 720, 960, 1440];
  assert.equal(pictureSize(100, sizes), 480);
  assert.equal(pictureSize(721, sizes), 960);
  assert.equal(pictureSize(5000, sizes), 1440);
});
