// @ts-nocheck
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { HANDS, figure, handFor } from './hand.js';

const TABLE = new URL('../../../models3d/data/body_sizes.csv', import.meta.url);
const FINGER = { across: 8.59, deep: 8.59 }; // EU 54
const WRIST = { across: 31.115, deep: 22.666 }; // 171 mm

/** @param {{positions: Float32Array}} made */
function places({ positions }) {
  return Array.from({ length: positions.length / 3 }, (_, k) => Array.from(positions.subarray(3 * k, 3 * k + 3), (metres) => metres * 1e3));
}

test('the hands are the mean ones of the table', () => {
  const rows = readFileSync(TABLE, 'utf8').split('\n').map((line) => line.split(','));
  const mean = (id) => Number(rows.find(([name]) => name === id)[2]);
  assert.deepEqual(HANDS[0], { length: mean('hand_length'), breadth: mean('hand_breadth') });
  assert.deepEqual(HANDS[1], { length: mean('hand_length_men'), breadth: mean('hand_breadth_men') });
  assert.equal(handFor('finger', FINGER), HANDS[0]);
  assert.equal(handFor('finger', { across: 10, deep: 10 }), HANDS[1]);
  assert.equal(handFor('wrist', WRIST), HANDS[1]);
});

test('the figure is as long and as broad as it says, and as thick as its piece is wide', async () => {
  const arm = places(await figure('wrist', WRIST));
  const top = Math.max(...arm.map(([, y]) => y));
  const crease = 18 * (HANDS[1].length / HANDS[0].length); // above the middle of the watch
  assert.ok(Math.abs(top - crease - HANDS[1].length) < 2, `${top}`);
  const knuckles = arm.filter(([, y]) => Math.abs(y - crease - 84) < 12).map(([x]) => x);
  const breadth = Math.max(...knuckles.filter((x) => x < 50)) - Math.min(...knuckles);
  assert.ok(Math.abs(breadth - HANDS[1].breadth) < 5, `${breadth}`);
  const wrist = arm.filter(([, y]) => Math.abs(y) < 3);
  assert.ok(wrist.every(([x, , z]) => Math.hypot(x / WRIST.across, z / WRIST.deep) < 1.02));
  assert.ok(Math.max(...wrist.map(([x]) => x)) > 0.93 * WRIST.across);
});

test('a ring goes round the finger, which fills it', async () => {
  const seat = places(await figure('finger', FINGER)).filter(([x, y]) => Math.abs(y) < 1.5 && Math.abs(x) < 12);
  const away = seat.map(([x, , z]) => Math.hypot(x, z));
  assert.ok(seat.length > 10);
  assert.ok(Math.max(...away) < FINGER.across, `${Math.max(...away)}`);
  assert.ok(Math.min(...away) > 0.85 * FINGER.across, `${Math.min(...away)}`);
});

test('the surface is closed and looks outwards', async () => {
  const { positions, normals, triangles } = await figure('finger', FINGER);
  /** @type {Map<string, number>} */
  const edges = new Map();
  let volume = 0;
  let facing = 0;
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = triangles.subarray(k, k + 3);
    for (const [from, to] of [[a, b], [b, c], [c, a]]) edges.set(`${from} ${to}`, (edges.get(`${from} ${to}`) ?? 0) + 1);
    const [p, q, r] = [a, b, c].map((number) => positions.subarray(3 * number, 3 * number + 3));
    const [u, v] = [q, r].map((one) => one.map((value, axis) => value - p[axis]));
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    volume += (p[0] * n[0] + p[1] * n[1] + p[2] * n[2]) / 6;
    const told = normals.subarray(3 * a, 3 * a + 3);
    facing += n[0] * told[0] + n[1] * told[1] + n[2] * told[2] > 0 ? 1 : 0;
  }
  for (const [edge, count] of edges) {
    assert.equal(count, edges.get(edge.split(' ').reverse().join(' ')), edge);
  }
  assert.ok(volume * 1e6 > 200 && volume * 1e6 < 450, `${volume * 1e6} cm3`);
  assert.ok(facing / (triangles.length / 3) > 0.98);
});
