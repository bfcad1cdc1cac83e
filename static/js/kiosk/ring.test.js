// @ts-nocheck
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Ring } from './ring.js';

const PALM = { armed: false, doing: 'palm', progress: 0.4, at: [0.5, 0.5] };
const NOTHING = { armed: true, doing: null, progress: 0, at: null };

const opened = () => {
  const style = new Map();
  const root = {
    hidden: true,
    words: { textContent: '' },
    querySelector: () => root.words,
    style: { setProperty: (name, value) => style.set(name, value) },
    shown: () => (root.hidden ? null : style.get('--share')),
  };
  return { root, ring: new Ring(root, { place: (at) => at }) };
};
let now = 0;
const pass = (ms) => {
  now += ms;
  mock.timers.tick(ms);
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  performance.now = () => now;
});

test('the ring is seen full for a moment, though the word of it comes after the last frame', () => {
  const { root, ring } = opened();
  ring.follow(PALM);
  assert.equal(root.shown(), '0.4');
  ring.follow(NOTHING);
  pass(400); // a page that is short of time hears late
  assert.equal(root.shown(), null);
  ring.full();
  assert.equal(root.shown(), '1');
  pass(600);
  assert.equal(root.shown(), null);
});

test('no ring is seen where no hand was, or after who did it was forgotten', () => {
  const { root, ring } = opened();
  ring.full();
  assert.equal(root.shown(), null);
  ring.follow(PALM);
  ring.clear();
  ring.full();
  assert.equal(root.shown(), null);
  ring.follow(PALM);
  pass(5000);
  ring.follow(NOTHING);
  pass(200);
  ring.full();
  assert.equal(root.shown(), null);
});
