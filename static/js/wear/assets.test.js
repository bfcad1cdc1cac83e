// @ts-nocheck
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { fetchAsset, fetchDocument, Progress } from './assets.js';

const BYTES = Uint8Array.from({ length: 100_000 }, (_, k) => k % 251);
const ASSET = { file: '/net', bytes: BYTES.length, sha256: createHash('sha256').update(BYTES).digest('hex') };
const fetched = globalThis.fetch;
const subtle = Object.getOwnPropertyDescriptor(globalThis, 'crypto');

afterEach(() => {
  globalThis.fetch = fetched;
  Object.defineProperty(globalThis, 'crypto', subtle);
});

/** A service that answers with this. */
const answering = (body, { status = 200, headers = {} } = {}) => {
  const asked = [];
  globalThis.fetch = async (address, how) => {
    asked.push({ address, how });
    return new Response(body, { status, headers });
  };
  return asked;
};
const progress = () => {
  const told = [];
  return { told, progress: new Progress((...each) => told.push(each)) };
};

test('a file comes whole, and its progress ends where it was said to', async () => {
  answering(BYTES);
  const { told, progress: counted } = progress();
  assert.deepEqual(await fetchAsset(ASSET, counted), BYTES);
  assert.deepEqual(told[0], [0, BYTES.length]);
  assert.deepEqual(told.at(-1), [BYTES.length, BYTES.length]);
});

test('one wrong bit, a byte too few and a byte too many are damage', async () => {
  const wrong = BYTES.slice();
  wrong[77] ^= 4;
  for (const body of [wrong, BYTES.slice(1), Uint8Array.of(...BYTES.slice(0, 10), ...BYTES)]) {
    answering(body);
    await assert.rejects(fetchAsset(ASSET, progress().progress), { reason: 'damaged' });
  }
});

test('without anything to hash with, the browser is told what to expect', async () => {
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  const asked = answering(BYTES);
  await fetchAsset(ASSET, progress().progress);
  const expected = createHash('sha256').update(BYTES).digest('base64');
  assert.deepEqual(asked[0].how, { integrity: `sha256-${expected}` });
});

test('a service that refuses or is away is told apart from a piece that it does not know', async () => {
  answering('', { status: 404 });
  await assert.rejects(fetchDocument('/facts'), { reason: 'unknown-piece' });
  answering('', { status: 500 });
  await assert.rejects(fetchDocument('/facts'), { reason: 'offline' });
  globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  await assert.rejects(fetchDocument('/facts'), { reason: 'offline' });
  await assert.rejects(fetchAsset(ASSET, progress().progress), { reason: 'offline' });
});

test('a busy service is asked again', async () => {
  let times = 0;
  globalThis.fetch = async () =>
    (times += 1) < 3
      ? new Response('', { status: 503, headers: { 'Retry-After': '0.01' } })
      : Response.json({ anchor: 'ear' });
  assert.deepEqual(await fetchDocument('/facts'), { anchor: 'ear' });
});
