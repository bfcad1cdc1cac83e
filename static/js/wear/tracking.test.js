// @ts-nocheck
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { FakeWorker } from '../../../tests/fake_worker.js';

const NEEDS = { worker: '/static/tracking-worker.js', keeper: null };
const ASKED = [{ product: 'chain', hash: 'a' }];
const turn = () => new Promise((resolve) => setImmediate(resolve));

globalThis.window ??= globalThis;
globalThis.Worker = FakeWorker;
Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
const { openTracking } = await import('./tracking.js');
const fetched = globalThis.fetch;
const image = () => ({ closed: false, close() { this.closed = true; } }); // prettier-ignore

beforeEach(() => {
  FakeWorker.all = [];
  globalThis.fetch = async () => Response.json(NEEDS);
});
afterEach(() => {
  globalThis.fetch = fetched;
  mock.timers.reset();
});

const opened = async () => {
  const heard = [];
  const note = (name) => (...said) => heard.push([name, ...said]);
  const tracking = openTracking({ progress: note('progress'), known: note('known'), ready: note('ready'), solved: note('solved'), failed: note('failed') });
  return { tracking, heard };
};
const solved = (laid = null) => ({
  image: image(), timeMs: 0, intrinsics: {}, lacks: [], timings: {},
  layers: [{ pieces: [{ placement: {}, worn: [{ file: '/a', laid }], veil: null }], occluders: [], bodies: [], light: null }],
}); // prettier-ignore

test('what is said before the worker is there reaches it in order', async () => {
  const { tracking } = await opened();
  tracking.wear(ASKED, true);
  await turn();
  await turn();
  const [worker] = FakeWorker.all;
  assert.deepEqual(worker.how.type, 'module');
  assert.deepEqual(worker.said.map(({ message }) => message.do), ['begin', 'wear']);
});

test('only the set that was asked for last is told to be ready', async () => {
  const { tracking, heard } = await opened();
  await turn();
  await turn();
  const [worker] = FakeWorker.all;
  for (const streaming of [true, false]) tracking.wear(ASKED, streaming);
  const [before, now] = worker.said.slice(1).map(({ message }) => message.number);
  worker.says({ is: 'ready', number: before, files: ['/before'], fetched: [] });
  worker.says({ is: 'ready', number: now, files: ['/now'], fetched: [] });
  assert.deepEqual(heard, [['ready', ['/now']]]);
});

test('one frame is under way at a time, and another is let go', async () => {
  const { tracking, heard } = await opened();
  await turn();
  await turn();
  const [worker] = FakeWorker.all;
  const [first, second] = [image(), image()];
  tracking.frame(first, 1);
  tracking.frame(second, 2);
  assert.deepEqual([tracking.busy, first.closed, second.closed], [true, false, true]);
  assert.deepEqual(worker.said.at(-1).moved, [first]);
  worker.says({ is: 'solved', solved: solved(), laid: [] });
  assert.equal(tracking.busy, false);
  assert.equal(heard.at(-1)[0], 'solved');
});

test('a chain that lies as before is the same chain', async () => {
  const { heard } = await opened();
  await turn();
  await turn();
  const [worker] = FakeWorker.all;
  const laid = { number: 7, links: new Float64Array(16), hung: null };
  worker.says({ is: 'solved', solved: solved(7), laid: [laid] });
  worker.says({ is: 'solved', solved: solved(7), laid: [] });
  const drawn = heard.map(([, { layers }]) => layers[0].pieces[0].worn[0].laid);
  assert.deepEqual(drawn, [laid, laid]);
  assert.equal(drawn[0], drawn[1]);
});

test('a worker that dies, or says nothing over a frame, is told of once and ended', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  for (const kill of [(worker) => worker.breaks(), () => mock.timers.tick(16_000)]) {
    const { tracking, heard } = await opened();
    await turn();
    await turn();
    const worker = FakeWorker.all.at(-1);
    tracking.frame(image(), 1);
    kill(worker);
    worker.breaks();
    worker.says({ is: 'solved', solved: solved(), laid: [] });
    assert.deepEqual(heard, [['failed', 'broken']]);
    assert.deepEqual([worker.ended, tracking.busy], [true, false]);
  }
});

test('a photo may take long where its worker says that it is still looked at', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { tracking, heard } = await opened();
  await turn();
  await turn();
  const [worker] = FakeWorker.all;
  tracking.frame(image(), 1);
  for (let stage = 0; stage < 2; stage += 1) {
    mock.timers.tick(14_000);
    worker.says({ is: 'looking' });
  }
  mock.timers.tick(14_000);
  assert.deepEqual(heard, []);
  worker.says({ is: 'solved', solved: solved(), laid: [] });
  mock.timers.tick(60_000);
  assert.deepEqual(heard.map(([what]) => what), ['solved']);
});

test('a service that does not answer is offline, and nothing is begun', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const { tracking, heard } = await opened();
  tracking.wear(ASKED, true);
  await turn();
  assert.deepEqual(heard, [['failed', 'offline']]);
  assert.equal(FakeWorker.all.length, 0);
});

test('closed before the worker is there, it never begins', async () => {
  const { tracking, heard } = await opened();
  const waiting = image();
  tracking.frame(waiting, 1);
  tracking.close();
  await turn();
  await turn();
  assert.deepEqual([FakeWorker.all.length, waiting.closed, heard], [0, true, []]);
});
