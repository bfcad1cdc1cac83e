// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Health } from './health.js';

/** A camera of 30 a second whose frames are given back, looked at four times a second. */
function mirror() {
  const time = { now: 1000 };
  const health = new Health(() => time.now);
  let frames = 0;
  health.began();
  /** @param {number} ms @param {{ camera?: boolean, stream?: boolean }} [runs] */
  const pass = (ms, { camera = true, stream = true } = {}) => {
    const end = time.now + ms;
    while (time.now < end) {
      time.now += 250;
      if (camera) frames += 7.5;
      if (camera && stream) health.drew();
      const lacking = health.look(frames);
      if (lacking) return lacking;
    }
    return null;
  };
  return { health, pass, time };
}

test('a camera that falls silent and a stream that stalls are told within three seconds, and nothing else', () => {
  const { health, pass, time } = mirror();
  health.ready();
  assert.equal(pass(60_000), null);
  assert.ok(Math.abs(/** @type {number} */ (health.rate) - 30) < 0.5);
  let from = time.now;
  assert.equal(pass(9000, { camera: false }), 'camera');
  assert.ok(time.now - from < 3000);
  assert.equal(pass(70_000), null);
  from = time.now;
  assert.equal(pass(9000, { stream: false }), 'stream');
  assert.ok(time.now - from < 3000);
});

test('what is slow for a reason is waited for', () => {
  const { health, pass } = mirror();
  assert.equal(pass(20_000, { stream: false }), null); // nets and shaders are made ready
  health.ready();
  assert.equal(pass(2000), null);
  health.changing();
  assert.equal(pass(10_000, { stream: false }), null); // another piece is made ready
  health.ready();
  assert.equal(pass(4000, { stream: false }), 'stream');
  health.began();
  health.ready();
  assert.equal(pass(10_000, { stream: false }), null); // its first look takes long
  assert.equal(pass(1000), null);
  assert.equal(pass(4500, { stream: false }), null); // more patient than before
});

test('a machine that is busy is not taken for a broken one', () => {
  const { health, pass } = mirror();
  health.ready();
  health.drew(2000); // a frame took so long
  assert.equal(pass(8000, { stream: false }), null);
  assert.equal(pass(1000, { stream: false }), 'stream');
});

test('what breaks at once is begun again ever more slowly, until it runs', () => {
  const { health, pass } = mirror();
  const waits = [1, 2, 3].map(() => health.pause());
  assert.deepEqual(waits, [500, 1000, 2000]);
  assert.equal(health.breaks, true);
  pass(500);
  assert.equal(health.breaks, false);
});
