// @ts-nocheck
import assert from 'node:assert/strict';
import test from 'node:test';
import { Blame } from './blame.js';

test('a piece that never was ready is left off at its second failure, the last put on first', () => {
  const blame = new Blame();
  blame.ready(['ring']);
  assert.equal(blame.failed(['ring', 'watch', 'chain'], false), null);
  assert.equal(blame.failed(['ring', 'watch', 'chain'], false), 'chain');
  assert.equal(blame.failed(['ring', 'watch'], false), 'watch');
  assert.equal(blame.failed(['ring'], false), null);
});

test('a piece that is not known is left off at once', () => {
  assert.equal(new Blame().failed(['ring'], true), 'ring');
});

test('what breaks again and again takes off nothing that was worn before', () => {
  const blame = new Blame();
  blame.ready(['ring', 'chain']);
  for (let time = 0; time < 5; time += 1) assert.equal(blame.failed(['ring', 'chain'], false), null);
  blame.ready(['ring', 'chain']);
  assert.equal(blame.failed(['ring', 'chain', 'watch'], false), null);
});
