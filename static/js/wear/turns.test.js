// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.js';

let nowMs = 0;

/** Frames in which somebody is, or is not; which of them were looked at. */
function looked(turns, count, there, everyMs = 66) {
  const at = { hands: [], faces: [] };
  for (let k = 0; k < count; k += 1) {
    turns.next((nowMs += everyMs));
    for (const kind of ['hands', 'faces']) {
      turns.seen(kind, () => {
        at[kind].push(k);
        return there[kind] ? ['somebody'] : [];
      });
    }
  }
  return at;
}

test('who is seen is followed in every frame', () => {
  const { hands, faces } = looked(new Turns(), 30, { hands: true, faces: true });
  assert.deepEqual([hands.length, faces.length], [30, 30]);
});

test('what is not there is looked for now and then, hands and faces in frames of their own', () => {
  const turns = new Turns();
  looked(turns, 10, { hands: false, faces: false });
  const { hands, faces } = looked(turns, 30, { hands: false, faces: false });
  assert.deepEqual([hands.length, faces.length], [10, 10]);
  assert.ok(!hands.some((at) => faces.includes(at)));
});

test('one that is missed for a moment is looked for in the next frame, and one that comes is followed at once', () => {
  const turns = new Turns();
  looked(turns, 5, { hands: true, faces: true });
  assert.deepEqual(looked(turns, 3, { hands: false, faces: true }).hands, [0, 1, 2]);
  looked(turns, 20, { hands: false, faces: true });
  const { hands } = looked(turns, 12, { hands: true, faces: true });
  assert.ok(hands[0] < 3);
  assert.deepEqual(hands, Array.from({ length: 12 - hands[0] }, (_, k) => hands[0] + k));
});

test('where frames are slow nobody waits for a look', () => {
  const turns = new Turns();
  looked(turns, 10, { hands: false, faces: false }, 500);
  assert.equal(looked(turns, 6, { hands: false, faces: false }, 500).faces.length, 6);
});
