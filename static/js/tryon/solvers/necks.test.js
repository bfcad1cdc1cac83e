// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given, maskOf, read, replay } from '../../../../tests/vectors/replay.js';
import { Heads } from '../faceTracks.js';
import { NeckSolver } from './necks.js';

const READS_PIXELS = 1e-5;
const LINED = 0.35; // single pixels at the edges of OpenCV's antialiased lines
const SHOWN = 1e-4; // with how much of a chain those leave
const LATE = 4; // frames after which it is known where people are

replay(
  'necklaces',
  {
    necklaces({ wearables, image, face, mask, body, mean, camera, shifts }) {
      const worn = wearables.map(({ product, strung }) => ({
        product,
        model: { strung: { ...strung, hanging: Float64Array.from(strung.hanging) } },
      }));
      const canonical = { points: mean, triangles: new Int32Array(0) };
      const solver = new NeckSolver(worn, new Heads(mean, shifts.length > 1), canonical);
      return shifts.map(([x, y], k) => {
        const pointsPx = face.pointsPx.map((value, at) => value + (at % 2 ? y : x));
        const person = mask && maskOf(mask, 33 * (k - (k % 2)));
        const seen = { hands: [], faces: [{ ...face, pointsPx }], bodies: k === 3 ? [] : [body], person };
        const layers = solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k });
        return layers.map(({ pieces, bodies: [{ positions }] }) => ({
          pieces: pieces.map(({ placement, worn: parts, veil }) => ({
            ...placement,
            veil: veil && {
              region: veil.region,
              mean: veil.hides.reduce((sum, value) => sum + value, 0) / veil.hides.length,
              some: [...veil.hides].filter((_, at) => at % 197 === 0),
            },
            worn: parts.map(({ cameraFromModel, opacity }) => [cameraFromModel, opacity]),
          })),
          bodies: [Array.from(positions).filter((_, at) => Math.floor(at / 3) % 200 === 0)],
        }));
      });
    },
  },
  { necklaces: { rest: READS_PIXELS, region: 0, mean: 4e-3, some: LINED, confidence: SHOWN, worn: SHOWN } },
);

test('what hides a chain that is seen already is looked for in steps, and then known', () => {
  const { wearables, image, face, mask, body, mean, camera } = given(read('necklaces').necklaces.at(-1).given);
  const worn = wearables.map(({ product, strung }) => ({ product, model: { strung } }));
  const solver = new NeckSolver(worn, new Heads(mean, true), { points: mean, triangles: new Int32Array(0) });
  const veils = Array.from({ length: 30 }, (_, k) => {
    const seen = { hands: [], faces: [face], bodies: [body], person: k < LATE ? null : maskOf(mask, 33 * k) };
    const layers = solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k });
    return layers.flatMap(({ pieces }) => pieces.map(({ veil }) => veil !== null));
  });
  assert.deepEqual(veils.slice(0, LATE + 2).flat(), new Array(veils[0].length * (LATE + 2)).fill(false));
  assert.ok(veils.at(-1).every(Boolean)); // one after the other
});
