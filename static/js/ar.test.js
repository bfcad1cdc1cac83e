// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quickLookAddress, sceneViewerAddress, seesRoom, wayOf } from './ar.js';

const shown = {
  name: 'Solitaire & Co',
  model: 'https://shop.example/api/v1/models/abc.glb',
  page: 'https://shop.example/p/solitaire?metal=platinum_950&size=EU+54',
};
const page = (/** @type {boolean} */ ar) =>
  /** @type {any} */ ({ createElement: () => ({ relList: { supports: (/** @type {string} */ word) => ar && word === 'ar' } }) });

test('what the browser can do is asked of it; the user agent tells of Scene Viewer alone', () => {
  const android = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36';
  assert.equal(wayOf(page(true), { userAgent: 'anything' }), 'quick-look');
  assert.equal(wayOf(page(true), { userAgent: android }), 'quick-look');
  assert.equal(wayOf(page(false), { userAgent: android }), 'scene-viewer');
  assert.equal(wayOf(page(false), { userAgent: 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Firefox/130.0' }), 'hand-over');
  assert.equal(wayOf(page(false), { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)' }), 'hand-over');
  assert.equal(wayOf(page(false), { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0' }), 'hand-over');
});

test('a page shows it in the room where the browser says so, and nowhere else', async () => {
  assert.equal(await seesRoom(undefined), false);
  assert.equal(await seesRoom({ isSessionSupported: async (mode) => mode === 'immersive-ar' }), true);
  assert.equal(await seesRoom({ isSessionSupported: async () => false }), false);
  const forbidden = async () => Promise.reject(new DOMException('by the policy', 'SecurityError'));
  assert.equal(await seesRoom({ isSessionSupported: forbidden }), false);
  const unasked = async () => assert.fail('it writes an error');
  assert.equal(await seesRoom({ isSessionSupported: unasked }, { allowsFeature: (name) => name !== 'xr-spatial-tracking' }), false);
  assert.equal(await seesRoom({ isSessionSupported: async () => true }, { allowsFeature: () => true }), true);
});

test('quick look takes the usdz of the very configuration, may not scale it, and shares its page', () => {
  const address = new URL(quickLookAddress(shown));
  assert.equal(address.href.split('#')[0], 'https://shop.example/api/v1/models/abc.usdz');
  const wishes = new URLSearchParams(address.hash.slice(1));
  assert.deepEqual([...wishes], [['allowsContentScaling', '0'], ['canonicalWebPageURL', shown.page]]);
});

test('scene viewer takes the glb for phones, may not scale it, and falls back to the page', () => {
  const [address, intent] = sceneViewerAddress(shown).split('#Intent;');
  assert.ok(address.startsWith('intent://arvr.google.com/scene-viewer/'));
  assert.ok(!address.includes('+'));
  const wishes = Object.fromEntries(new URLSearchParams(address.split('?').slice(1).join('?')));
  assert.equal(wishes.file, 'https://shop.example/api/v1/models/abc.glb?profile=ar');
  assert.equal(wishes.resizable, 'false');
  assert.equal(wishes.mode, 'ar_preferred');
  assert.equal(wishes.title, shown.name);
  assert.equal(wishes.link, shown.page);
  const parts = Object.fromEntries(intent.split(';').filter(Boolean).map((part) => part.split(/=(.*)/)));
  assert.equal(parts.scheme, 'https');
  assert.equal(decodeURIComponent(parts['S.browser_fallback_url']), shown.page);
  assert.ok(sceneViewerAddress(shown).endsWith(';end;'));
});
