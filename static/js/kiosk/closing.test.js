// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, opened } from './closing.js';

const picture = Uint8Array.from({ length: 5000 }, (_, k) => k % 251);

test('a closed picture opens with its key alone, and holds nothing of the picture', async () => {
  const { closed, key } = await close(picture.buffer);
  const bytes = await closed.arrayBuffer();
  assert.equal(bytes.byteLength, picture.length + 28);
  assert.match(key, /^[\w-]{43}$/);
  assert.deepEqual(new Uint8Array(await opened(bytes, key)), picture);
  const { key: other } = await close(picture.buffer);
  await assert.rejects(opened(bytes, other));
  assert.equal(Buffer.from(bytes).includes(Buffer.from(picture.slice(0, 16))), false);
});

test('a picture that was changed on its way does not open', async () => {
  const { closed, key } = await close(picture.buffer);
  const bytes = new Uint8Array(await closed.arrayBuffer());
  bytes[100] ^= 1;
  await assert.rejects(opened(bytes.buffer, key));
});
