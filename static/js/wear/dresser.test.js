// @ts-nocheck
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const NEEDS = { worker: '/static/tracking-worker.js', keeper: null };
const [FIRST, OTHER] = [[{ product: 'band', hash: 'a' }], [{ product: 'band', hash: 'b' }]];
const PHOTO = {};
const soon = async () => {
  for (let k = 0; k < 12; k++) await new Promise((resolve) => setImmediate(resolve));
};

/** The worker that tracks, or the one that paints; both answer when the test says so. */
class FakeWorker extends EventTarget {
  static tracks;
  static paints;
  said = [];

  constructor(address, { name }) {
    super();
    FakeWorker[name === 'tracking' ? 'tracks' : 'paints'] = this;
  }

  postMessage(message) {
    this.said.push(message);
    if (message.do === 'open') this.answers(true);
  }

  /** What was asked of the painter last. */
  answers(value) {
    const { number } = this.said.at(-1);
    queueMicrotask(() => this.onmessage({ data: { number, value } }));
  }

  says(data) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** The set that was asked for last is ready, and its pieces are there. */
  async ready() {
    const { number } = this.said.findLast((message) => message.do === 'wear');
    this.says({ is: 'ready', number, files: [`/${number}`], fetched: [] });
    await soon();
    FakeWorker.paints.answers();
    await soon();
  }

  get frames() {
    return this.said.filter((message) => message.do === 'frame').length;
  }

  terminate() {}
}

globalThis.window ??= globalThis;
globalThis.Worker = FakeWorker;
globalThis.OffscreenCanvas ??= class {};
globalThis.WebGL2RenderingContext ??= class {};
Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
const [{ Dresser }] = await Promise.all(['./dresser.js', './tracking.js', './overlay.js'].map((name) => import(name)));

const opened = async () => {
  const dresser = new Dresser({ progress() {}, ready() {}, refused: assert.fail });
  dresser.prepare(FIRST);
  await soon();
  return { dresser, worker: FakeWorker.tracks };
};
const solved = () => ({ is: 'solved', solved: { image: { close() {} }, layers: [], lacks: [] }, laid: [] });

beforeEach(() => {
  globalThis.fetch = async () => Response.json(NEEDS);
  globalThis.createImageBitmap = async () => ({ close() {} });
});

test('a photo waits for its own set, though pieces of the one before come first', async () => {
  const { dresser, worker } = await opened();
  const [{ number }] = worker.said.filter((message) => message.do === 'wear');
  worker.says({ is: 'ready', number, files: ['/before'], fetched: [] });
  await soon();
  const solving = dresser.solveStill(() => PHOTO, OTHER);
  await soon();
  FakeWorker.paints.answers(); // of the set before
  await soon();
  assert.equal(worker.frames, 0);
  await worker.ready();
  assert.equal(worker.frames, 1);
  worker.says(solved());
  assert.ok(await solving);
  dresser.close();
});

test('a picture that cannot be solved holds up none after it', async () => {
  const { dresser, worker } = await opened();
  await worker.ready();
  const copied = globalThis.createImageBitmap;
  globalThis.createImageBitmap = async () => Promise.reject(new DOMException('', 'InvalidStateError'));
  const first = dresser.solveStill(() => PHOTO, FIRST);
  await soon();
  await Promise.all([assert.rejects(first, DOMException), worker.ready()]);
  globalThis.createImageBitmap = copied;
  const second = dresser.solveStill(() => PHOTO, FIRST);
  await soon();
  await worker.ready();
  worker.says(solved());
  assert.ok(await second);
  dresser.close();
});
