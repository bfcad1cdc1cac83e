// @ts-nocheck
/**
 * Replays golden vectors in node: what Python's solver gave, its JavaScript twin gives within 1e-6.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';

const POINTS = 16; // numbers from which an array is one of points
const TOLERANCE = 1e-6; // of the value, and of 1, where no pixel is read

/**
 * One test for each function of a subject.
 * @param {string} subject name of the file
 * @param {Record<string, (given: any) => unknown>} twins by the names in the file
 * @param {Record<string, number>} [tolerances] of functions that read pixels
 */
export function replay(subject, twins, tolerances = {}) {
  const vectors = JSON.parse(readFileSync(new URL(`${subject}.json`, import.meta.url), 'utf8'));
  test(`every golden vector of ${subject} is replayed`, () => {
    assert.deepEqual(Object.keys(twins).sort(), Object.keys(vectors).sort());
  });
  for (const [name, cases] of Object.entries(vectors)) {
    test(`${name} gives what Python gives`, () => {
      cases.forEach((each, k) => {
        close(twins[name](given(each.given)), each.gives, `${name}[${k}]`, tolerances[name] ?? TOLERANCE);
      });
    });
  }
}

const seen = JSON.parse(readFileSync(new URL('seen.json', import.meta.url), 'utf8'));

/** What a case was given: "@name" is what `seen.json` holds, longer arrays of numbers are points. */
export function given(value) {
  if (typeof value === 'string' && value.startsWith('@')) return given(seen[value.slice(1)]);
  if (Array.isArray(value)) {
    const numbers = value.length >= POINTS && value.every((each) => typeof each === 'number');
    return numbers ? Float64Array.from(value) : value.map(given);
  }
  if (!value || typeof value !== 'object') return value;
  if (value.rgb) return unpacked(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, given(each)]));
}

/** A picture. */
function unpacked({ rgb, width, height }) {
  return { data: new Uint8Array(inflateSync(Buffer.from(rgb, 'base64'))), width, height, channels: 3 };
}

/** @param {any} got @param {any} wanted @param {string} path @param {number} tolerance */
function close(got, wanted, path, tolerance) {
  if (typeof wanted === 'number') {
    assert.equal(typeof got, 'number', `${path}: ${got} is no number`);
    const near = got === wanted || Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    assert.ok(near, `${path}: ${got}, in Python ${wanted}`);
  } else if (Array.isArray(wanted)) {
    assert.equal(got?.length, wanted.length, `${path}: length`);
    wanted.forEach((each, k) => close(got[k], each, `${path}[${k}]`, tolerance));
  } else if (wanted && typeof wanted === 'object') {
    for (const [key, each] of Object.entries(wanted)) close(got?.[key], each, `${path}.${key}`, tolerance);
  } else {
    assert.equal(got ?? null, wanted, path);
  }
}
