// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SetSolver } from './solver.js';

const FACE = { points: new Float64Array(3 * 468), triangles: new Int32Array(0) };
const nobody = (timeMs) => ({
  image: { data: new Uint8Array(48), width: 4, height: 4, channels: 3 },
  seen: { hands: [], faces: [], bodies: [] },
  intrinsics: { fx: 4, fy: 4, cx: 2, cy: 2 },
  timeMs,
});
const ring = { product: 'band', model: { anchor: 'finger', innerDiameter: 0.0172, parts: [] } };

test('nobody in the picture wears nothing', () => {
  const hoop = { product: 'hoop', model: { anchor: 'ear', innerDiameter: null, parts: [] } };
  const solver = new SetSolver([ring, hoop], { smoothing: true, face: FACE });
  assert.deepEqual(solver.solve(nobody(0)), []);
  assert.deepEqual(solver.solve(nobody(33)), []);
});

test('what cannot be placed is refused by name before a frame is seen', () => {
  const worn = (anchor) => [{ product: 'piece', model: { anchor, innerDiameter: null, parts: [] } }];
  assert.throws(() => new SetSolver(worn('neck'), { smoothing: false, face: FACE }), /necklace/);
  assert.throws(() => new SetSolver(worn('ear'), { smoothing: false, face: null }), /mean head/);
  assert.throws(() => new SetSolver(worn('wrist'), { smoothing: false, face: null }), /wrist piece/);
});
