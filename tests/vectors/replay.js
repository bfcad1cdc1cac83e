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
 * @param {Record<string, any>} [tolerances] of functions that read pixels; where they differ, of
 *     each part by its name, and of the `rest`
 */
export function replay(subject, twins, tolerances = {}) {
  const vectors = read(subject);
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

const seen = read('seen');

/** A file of vectors. @param {string} subject */
export function read(subject) {
  return parsed(readFileSync(new URL(`${subject}.json`, import.meta.url), 'utf8'));
}

/** What a text holds, its arrays unpacked as `packing.py` says. @param {string} text */
export function parsed(text) {
  return JSON.parse(text, (_, value) =>
    typeof value === 'string' && value.startsWith('#') ? unpacked(value.slice(1).split(',')) : value,
  );
}

/** @param {string[]} packed */
function unpacked([kind, ...rest]) {
  const planes = inflateSync(Buffer.from(rest.at(-1), 'base64'));
  const count = planes.length / 4;
  const words = Uint32Array.from({ length: count }, (_, k) =>
    [3, 2, 1, 0].reduce((word, plane) => ((word << 8) | planes[plane * count + k]) >>> 0, 0),
  );
  if (kind === 'f') return Array.from(new Float32Array(words.buffer));
  const whole = Array.from(words, (word) => (word >>> 1) ^ -(word & 1));
  for (let k = Number(rest[0]); k < count; k++) whole[k] += whole[k - rest[0]];
  return whole.map((value) => value / 10 ** kind);
}

/** A picture out of a PNG of eight bits. @param {Buffer} png */
function picture(png) {
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 2 ? 3 : 1];
  const lines = inflateSync(Buffer.concat(parts));
  const row = width * channels;
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const at = y * row + x;
      const left = x < channels ? 0 : data[at - channels];
      const above = y === 0 ? 0 : data[at - row];
      const corner = x < channels || y === 0 ? 0 : data[at - row - channels];
      const [a, b, c] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
      const nearest = a <= b && a <= c ? left : b <= c ? above : corner;
      data[at] = lines[y * (row + 1) + 1 + x] + [0, left, above, (left + above) >> 1, nearest][filter];
    }
  }
  return { data, width, height, channels };
}

/** A person mask that is held as a picture. @param {any} held @param {number} timeMs */
export const maskOf = ({ data, width, height }, timeMs = 0) => ({
  share: Float32Array.from(data, (value) => value / 255),
  rows: height,
  columns: width,
  timeMs,
});

/** What a case was given: "@name" is what `seen.json` holds, longer arrays of numbers are points. */
export function given(value) {
  if (typeof value === 'string' && value.startsWith('@')) return given(seen[value.slice(1)]);
  if (Array.isArray(value)) {
    const numbers = value.length >= POINTS && value.every((each) => typeof each === 'number');
    return numbers ? Float64Array.from(value) : value.map(given);
  }
  if (!value || typeof value !== 'object') return value;
  if (value.png) return picture(Buffer.from(value.png, 'base64'));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, given(each)]));
}

/** @param {any} got @param {any} wanted @param {string} path @param {any} tolerance */
function close(got, wanted, path, tolerance) {
  if (typeof wanted === 'number') {
    assert.equal(typeof got, 'number', `${path}: ${got} is no number`);
    const most = (tolerance.rest ?? tolerance) * Math.max(1, Math.abs(wanted));
    const near = got === wanted || Math.abs(got - wanted) <= most;
    assert.ok(near, `${path}: ${got}, in Python ${wanted}`);
  } else if (Array.isArray(wanted)) {
    assert.equal(got?.length, wanted.length, `${path}: length`);
    wanted.forEach((each, k) => close(got[k], each, `${path}[${k}]`, tolerance));
  } else if (wanted && typeof wanted === 'object') {
    for (const [key, each] of Object.entries(wanted)) {
      close(got?.[key], each, `${path}.${key}`, tolerance[key] ?? tolerance);
    }
  } else {
    assert.equal(got ?? null, wanted, path);
  }
}
