// @ts-nocheck: node has no types here
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitWords } from './fit.js';

const girth_mm = { value: 54.24, low: 53.1, high: 55.38 };

test('a fit says what was measured and how surely', () => {
  const words = fitWords({ verdict: 'fits', made_for_mm: 54, girth_mm }, 'en');
  assert.equal(words, 'It fits: 54.2 mm round, 53.1 to 55.4 mm in 95 of 100 cases.');
  assert.match(fitWords({ verdict: 'too large', made_for_mm: 58.5, girth_mm }, 'de'), /58,5 mm round, measured 54,2 mm/);
});

test('what could not be measured says what to change in the photo', () => {
  const sentence = 'Wie es passt, ist nicht zu sagen.';
  for (const one of [{ verdict: 'untold', made_for_mm: null, girth_mm: null }, { verdict: 'fits', made_for_mm: 54, girth_mm: null }]) {
    assert.equal(fitWords({ ...one, sentence }, 'de'), sentence);
  }
});
