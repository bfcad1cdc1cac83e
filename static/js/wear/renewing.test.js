// @ts-nocheck
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Lost, Renewing } from './renewing.js';

const SCENE = {};
const [MOVING, STILL] = [3, undefined];
const soon = async () => {
  for (let k = 0; k < 12; k++) await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(() => mock.timers.reset());

/** Paints until its graphics are lost. */
class Fake {
  lost = false;
  prepared = null;
  closed = false;

  async prepare(files) {
    if (this.lost) throw new Lost();
    this.prepared = files;
  }

  async paint() {
    if (this.lost) throw new Lost();
    return { by: this };
  }

  close() {
    this.closed = true;
  }
}

/** What is begun after the first, in this order; null: none can be. */
const renewing = (...others) => {
  const first = new Fake();
  return { first, paints: new Renewing(first, async () => others.shift() ?? null) };
};

test('after a loss a moving picture goes on without jewels, and others wear what was worn', async () => {
  const second = new Fake();
  const { first, paints } = renewing(second);
  await paints.prepare(['/ring']);
  assert.equal((await paints.paint(SCENE, MOVING)).by, first);
  first.lost = true;
  assert.equal(await paints.paint(SCENE, MOVING), null);
  await soon();
  assert.equal((await paints.paint(SCENE, MOVING)).by, second);
  assert.deepEqual(second.prepared, ['/ring']);
  assert.deepEqual([first.closed, second.closed], [true, false]);
});

test('a picture that stands still waits, and so does what is put on meanwhile', async () => {
  const second = new Fake();
  const { first, paints } = renewing(second);
  first.lost = true;
  const putOn = paints.prepare(['/watch']);
  assert.equal((await paints.paint(SCENE, STILL)).by, second);
  await putOn;
  assert.deepEqual(second.prepared, ['/watch']);
});

test('others are begun when something is asked for, and again until they can be', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const [bad, good] = [new Fake(), new Fake()];
  bad.lost = true;
  const { first, paints } = renewing(null, bad, good);
  first.lost = true;
  for (let frame = 0; frame < 2; frame++) {
    assert.equal(await paints.paint(SCENE, MOVING), null);
    await soon();
    mock.timers.tick(250);
    await soon();
  }
  assert.equal((await paints.paint(SCENE, MOVING)).by, good);
  assert.ok(bad.closed);
});

test('it fails where they do not come back, and where they are lost again and again', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const alone = new Fake();
  alone.lost = true;
  const paints = new Renewing(alone, async () => null, () => now);
  assert.equal(await paints.paint(SCENE, MOVING), null);
  await soon();
  now = 30_000;
  mock.timers.tick(250);
  await soon();
  await assert.rejects(paints.paint(SCENE, MOVING), /do not come back/);
  const breaking = new Renewing(alone, async () => Object.assign(new Fake(), { paint: () => Promise.reject(new Lost()) }));
  await assert.rejects(breaking.paint(SCENE, STILL), /again and again/);
});

test('one that fails otherwise is not begun anew', async () => {
  const { first, paints } = renewing(new Fake());
  first.paint = () => Promise.reject(new Error('broken'));
  await assert.rejects(paints.paint(SCENE, MOVING), /broken/);
  assert.ok(!first.closed);
});

test('what is closed begins nothing, and ends what it has begun', async () => {
  let ready = () => {};
  const second = Object.assign(new Fake(), { prepare: () => new Promise((resolve) => (ready = resolve)) });
  const { first, paints } = renewing(second);
  first.lost = true;
  const waiting = paints.paint(SCENE, STILL);
  await soon();
  paints.close();
  assert.ok(second.closed);
  ready(); // so a worker answers that is ended
  assert.equal(await waiting, null);
});
