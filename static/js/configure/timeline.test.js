// @ts-nocheck: node has no types here
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from './timeline.js';

test('undo and redo walk the steps and stop at both ends', () => {
  const line = new Timeline('a');
  assert.deepEqual([line.canUndo, line.canRedo], [false, false]);
  line.push('b');
  line.push('c');
  assert.deepEqual([line.undo(), line.undo(), line.undo()], ['b', 'a', 'a']);
  assert.deepEqual([line.canUndo, line.canRedo], [false, true]);
  assert.deepEqual([line.redo(), line.redo(), line.redo()], ['b', 'c', 'c']);
});

test('a new step forgets what was taken back', () => {
  const line = new Timeline('a');
  line.push('b');
  line.undo();
  line.push('c');
  assert.equal(line.canRedo, false);
  assert.deepEqual([line.now, line.undo()], ['c', 'a']);
});

test('a line that is still being written is one step', () => {
  const timeline = new Timeline('none');
  timeline.push('A');
  timeline.push('AB', true);
  assert.equal(timeline.now, 'AB');
  assert.equal(timeline.canRedo, false);
  assert.equal(timeline.undo(), 'none');
  assert.equal(timeline.redo(), 'AB');
});
