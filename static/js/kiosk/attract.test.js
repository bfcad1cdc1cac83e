// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenesOf } from './attract.js';

const piece = (product, family, film = null) => ({ product, family, film, scenes: [`${product}-0`, `${product}-near`] });

test('families take turns, every piece has its turn, and none is seen twice in a row but for its detail', () => {
  const pieces = [piece('a', 'ring'), piece('b', 'ring'), piece('c', 'ring'), piece('d', 'watch')];
  const scenes = scenesOf(pieces);
  assert.deepEqual(
    scenes.map(({ still }) => still),
    ['a-0', 'a-near', 'd-0', 'd-near', 'b-0', 'b-near', 'c-0', 'c-near'],
  );
});

test('a piece whose film is drawn turns; the others are shown in stills meanwhile', () => {
  const [film, ...stills] = scenesOf([piece('a', 'ring', '/a.mp4'), piece('b', 'watch')]);
  assert.equal(film.film, '/a.mp4');
  assert.deepEqual(stills.map(({ film }) => film), [null, null]);
});

test('an empty tray plays nothing', () => assert.deepEqual(scenesOf([]), []));
