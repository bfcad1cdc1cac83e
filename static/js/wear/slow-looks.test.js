// @ts-nocheck
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { FakeWorker } from '../../../tests/fake_worker.js';
import { Failure } from './assets.js';

const LOOKS = { person: true, bodies: false };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const GIVEN = { runtime: 'compiled', nets: { person: new Uint8Array(4) } };
const mask = (timeMs) => ({ bodies: [], person: { share: new Float32Array(1), rows: 1, columns: 1, timeMs } });

/** A worker that opens the nets it is able to at once, and sees what the test says. */
class LookingWorker extends FakeWorker {
  static unable = [];

  postMessage(message) {
    super.postMessage(message);
    if (message.do !== 'open') return;
    this.says({ is: 'opened', names: Object.keys(message.nets).filter((name) => !LookingWorker.unable.includes(name)) });
  }

  get looks() {
    return this.said.map(({ message }) => message).filter((message) => message.do === 'see');
  }

  get handLooks() {
    return this.said.map(({ message }) => message).filter((message) => message.do === 'hands');
  }
}

globalThis.self ??= globalThis;
globalThis.location ??= { href: 'https://house.example/static/worker.js' };
globalThis.Worker = LookingWorker;
globalThis.ImageData ??= class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
const { SlowLooks } = await import('./slow-looks.js');
const frame = () => new ImageData(new Uint8ClampedArray(4), 1, 1);

const opened = async () => {
  const slowly = new SlowLooks();
  await slowly.begin(['person'], async () => GIVEN);
  return { slowly, worker: FakeWorker.all[0] };
};

beforeEach(() => {
  FakeWorker.all = [];
  LookingWorker.unable = [];
});

test('frames take the newest answer and never wait for one', async () => {
  const { slowly, worker } = await opened();
  assert.equal(slowly.newest(frame(), [], 0, LOOKS).person, null);
  assert.equal(slowly.newest(frame(), [], 33, LOOKS).person, null);
  assert.equal(worker.looks.length, 1); // one look at a time
  worker.says({ is: 'seen', seen: mask(0), timeMs: 0, ms: 0 });
  await turn();
  assert.equal(slowly.newest(frame(), [], 66, LOOKS).person.timeMs, 0);
  assert.equal(slowly.newest(frame(), [], 99, LOOKS).person.timeMs, 0);
  assert.deepEqual(worker.looks.map(({ timeMs, streaming }) => [timeMs, streaming]), [[0, true], [99, true]]); // prettier-ignore
});

test('a look that was long is followed by a longer rest', async () => {
  const { slowly, worker } = await opened();
  slowly.newest(frame(), [], 0, LOOKS);
  worker.says({ is: 'seen', seen: mask(0), timeMs: 0, ms: 60_000 });
  await turn();
  for (let k = 1; k < 20; k++) slowly.newest(frame(), [], 33 * k, LOOKS);
  assert.equal(worker.looks.length, 1);
});

test('what was seen long ago, or while another set was worn, says nothing', async () => {
  const { slowly, worker } = await opened();
  slowly.newest(frame(), [], 0, LOOKS);
  slowly.forget();
  worker.says({ is: 'seen', seen: mask(0), timeMs: 0, ms: 0 });
  await turn();
  assert.equal(slowly.newest(frame(), [], 33, LOOKS).person, null);
  worker.says({ is: 'seen', seen: mask(33), timeMs: 33, ms: 0 });
  await turn();
  assert.equal(slowly.newest(frame(), [], 900, LOOKS).person.timeMs, 33);
  assert.equal(slowly.newest(frame(), [], 1100, LOOKS).person, null);
});

test('a photo waits for its own careful look, whatever look is under way', async () => {
  const { slowly, worker } = await opened();
  slowly.newest(frame(), [], 0, LOOKS);
  const seen = slowly.now(frame(), [], 5, LOOKS);
  await turn();
  await turn();
  worker.says({ is: 'seen', seen: mask(0), timeMs: 0, ms: 0 });
  worker.says({ is: 'seen', seen: mask(5), timeMs: 5, ms: 0 });
  assert.equal((await seen).person.timeMs, 5);
  assert.equal(worker.looks[1].streaming, false);
});

test('without its net, or with a worker that breaks, everything goes on', async () => {
  const offline = new SlowLooks();
  let asked = 0;
  const refused = async () => {
    asked += 1;
    throw new Failure('offline');
  };
  for (let k = 0; k < 3; k++) await offline.begin(['person'], refused);
  assert.deepEqual([asked, offline.has('person')], [1, false]);
  assert.equal((await offline.now(frame(), [], 0, LOOKS)).person, null);
  offline.forget(); // another set is worn: it is tried again
  await offline.begin(['person'], async () => GIVEN);
  assert.ok(offline.has('person'));
  const worker = FakeWorker.all.at(-1);
  const seen = offline.now(frame(), [], 0, LOOKS);
  await turn();
  await turn();
  worker.breaks();
  assert.equal((await seen).person, null);
  assert.deepEqual([worker.ended, offline.has('person')], [true, false]);
});

test('a worker that ends while its nets are fetched keeps no photo waiting', async () => {
  const slowly = new SlowLooks();
  let come;
  const begun = slowly.begin(['person'], () => new Promise((resolve) => (come = resolve)));
  await turn();
  FakeWorker.all[0].breaks();
  come(GIVEN);
  await begun;
  assert.equal(slowly.has('person'), false);
  slowly.forget();
  await slowly.begin(['person'], async () => GIVEN);
  assert.ok(slowly.has('person')); // another set begins anew
  assert.equal(FakeWorker.all.length, 2);
});

test('hands are looked for beside outlines, and soon say nothing of a frame', async () => {
  const slowly = new SlowLooks();
  const nets = { ...GIVEN.nets, hands: new Uint8Array(4) };
  await slowly.begin(['person', 'hands'], async () => ({ ...GIVEN, nets }));
  const [worker] = FakeWorker.all;
  slowly.newest(frame(), [], 0, LOOKS);
  assert.deepEqual(slowly.hands(frame(), 0), []);
  worker.says({ is: 'seen', seen: mask(0), timeMs: 0, ms: 0 }); // answers come in the order of what was asked
  worker.says({ is: 'hands', seen: ['hand'], timeMs: 0, ms: 0 });
  await turn();
  assert.deepEqual(slowly.hands(frame(), 33), ['hand']);
  assert.equal(worker.handLooks.length, 1);
  assert.deepEqual(slowly.hands(frame(), 66), ['hand']);
  assert.equal(worker.handLooks.length, 2);
  assert.deepEqual(slowly.hands(frame(), 600), []);
  slowly.forget();
  assert.deepEqual(slowly.hands(frame(), 100), []);
});

test('a net that will not begin takes none of the others away', async () => {
  LookingWorker.unable = ['hands'];
  const slowly = new SlowLooks();
  const nets = { ...GIVEN.nets, hands: new Uint8Array(4) };
  await slowly.begin(['person', 'hands'], async () => ({ ...GIVEN, nets }));
  assert.deepEqual([slowly.has('person'), slowly.has('hands')], [true, false]);
  assert.deepEqual(slowly.hands(frame(), 0), []);
  assert.equal(FakeWorker.all[0].handLooks.length, 0);
});
