// @ts-nocheck
/**
 * Replays golden vectors in node: what Python's solver gave, its JavaScript twin gives within 1e-6.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const TOLERANCE = 1e-6; // of the value, and of 1

/**
 * One test for each function of a subject.
 * @param {string} subject name of the file
 * @param {Record<string, (given: any) => unknown>} twins by the names in the file
 */
export function replay(subject, twins) {
  const vectors = JSON.parse(readFileSync(new URL(`${subject}.json`, import.meta.url), 'utf8'));
  test(`every golden vector of ${subject} is replayed`, () => {
    assert.deepEqual(Object.keys(twins).sort(), Object.keys(vectors).sort());
  });
  for (const [name, cases] of Object.entries(vectors)) {
    test(`${name} gives what Python gives`, () => {
      cases.forEach(({ given, gives }, k) => close(twins[name](given), gives, `${name}[${k}]`));
    });
  }
}

/** An array of numbers as the solver holds points. @param {number[] | null} values */
export const points = (values) => (values ? Float64Array.from(values) : null);

/** @param {any} got @param {any} wanted @param {string} path */
export function close(got, wanted, path) {
  if (typeof wanted === 'number') {
    assert.equal(typeof got, 'number', `${path}: ${got} is no number`);
    const near = got === wanted || Math.abs(got - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
    assert.ok(near, `${path}: ${got}, in Python ${wanted}`);
  } else if (Array.isArray(wanted)) {
    assert.equal(got?.length, wanted.length, `${path}: length`);
    wanted.forEach((each, k) => close(got[k], each, `${path}[${k}]`));
  } else if (wanted && typeof wanted === 'object') {
    for (const [key, each] of Object.entries(wanted)) close(got?.[key], each, `${path}.${key}`);
  } else {
    assert.equal(got ?? null, wanted, path);
  }
}
