// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, opened } from './closing.js';

const picture = Uint8Array.from({ length: 5000 }, (_, k) => k % 251);

test('a closed picture opens with its key alone, and holds nothing of the picture', async () => {
  const { closed, key } = close(picture.buffer);
  const bytes = await closed.arrayBuffer();
  assert.equal(bytes.byteLength, picture.length + 28);
  assert.match(key, /^[\w-]{43}$/);
  assert.deepEqual(opened(bytes, key), picture);
  const { key: other } = close(picture.buffer);
  assert.throws(() => opened(bytes, other));
  assert.equal(Buffer.from(bytes).includes(Buffer.from(picture.slice(0, 16))), false);
});

test('a picture that was changed on its way does not open', async () => {
  const { closed, key } = close(picture.buffer);
  const bytes = new Uint8Array(await closed.arrayBuffer());
  bytes[100] ^= 1;
  assert.throws(() => opened(bytes.buffer, key));
});

test('what is closed here is AES-GCM as every other program has it', async () => {
  const { closed, key } = close(picture.buffer);
  const bytes = await closed.arrayBuffer();
  const raw = Buffer.from(key, 'base64url');
  const cipher = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const iv = new Uint8Array(bytes, 0, 12);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, cipher, bytes.slice(12));
  assert.deepEqual(new Uint8Array(plain), picture);
});
