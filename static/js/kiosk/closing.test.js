// @ts-nocheck
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { close, opened } from './closing.js';

const picture = Uint8Array.from({ length: 5000 }, (_, k) => k % 251);
const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto');

/** As a browser has it over plain http: random numbers, and no cipher. */
function plainHttp() {
  const getRandomValues = (bytes) => own.get.call(globalThis).getRandomValues(bytes);
  Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues }, configurable: true });
}

afterEach(() => Object.defineProperty(globalThis, 'crypto', own));

for (const [where, before] of [['on loopback', () => {}], ['over plain http', plainHttp]]) {
  test(`a closed picture opens with its key alone, and holds nothing of the picture, ${where}`, async () => {
    before();
    const { closed, key } = await close(picture.buffer);
    const bytes = await closed.arrayBuffer();
    assert.equal(bytes.byteLength, picture.length + 28);
    assert.match(key, /^[\w-]{43}$/);
    assert.deepEqual(await opened(bytes, key), picture);
    const { key: other } = await close(picture.buffer);
    await assert.rejects(opened(bytes, other));
    assert.equal(Buffer.from(bytes).includes(Buffer.from(picture.slice(0, 16))), false);
  });

  test(`a picture that was changed on its way does not open, ${where}`, async () => {
    before();
    const { closed, key } = await close(picture.buffer);
    const bytes = new Uint8Array(await closed.arrayBuffer());
    bytes[100] ^= 1;
    await assert.rejects(opened(bytes.buffer, key));
  });
}

test('what the mirror closes on loopback a phone opens over plain http', async () => {
  const { closed, key } = await close(picture.buffer);
  plainHttp();
  assert.deepEqual(await opened(await closed.arrayBuffer(), key), picture);
});
