// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from './qr.js';

test('a code is a picture of dark modules on white, and another link gives another', () => {
  const key = 'k'.repeat(43);
  const address = codeOf(`http://192.168.1.20:8000/kiosk/photo/abcdefghijklmnopqrstuv#${key}`);
  const svg = decodeURIComponent(address.replace('data:image/svg+xml,', ''));
  const side = Number(svg.match(/viewBox="0 0 (\d+) /)[1]);
  assert.equal((side - 4 - 17) % 4, 0); // of a QR code, with its margin
  assert.ok(svg.match(/M\d+ \d+h1v1h-1z/g).length > 300);
  assert.ok(!svg.includes(key)); // it is drawn, not written
  assert.notEqual(codeOf('a'), codeOf('b'));
});
