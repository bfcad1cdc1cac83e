// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { Heads } from '../faceTracks.js';
import { NeckSolver } from './necks.js';

const READS_PIXELS = 1e-5;

replay(
  'necklaces',
  {
    necklaces({ wearables, image, face, body, mean, camera, shifts }) {
      const worn = wearables.map(({ product, strung }) => ({
        product,
        model: { strung: { ...strung, hanging: Float64Array.from(strung.hanging) } },
      }));
      const canonical = { points: mean, triangles: new Int32Array(0) };
      const solver = new NeckSolver(worn, new Heads(mean, shifts.length > 1), canonical);
      return shifts.map(([x, y], k) => {
        const pointsPx = face.pointsPx.map((value, at) => value + (at % 2 ? y : x));
        const seen = { hands: [], faces: [{ ...face, pointsPx }], bodies: k === 3 ? [] : [body] };
        const layers = solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k });
        return layers.map(({ pieces, bodies: [{ positions }] }) => ({
          pieces: pieces.map(({ placement, worn: parts }) => ({
            ...placement,
            worn: parts.map(({ cameraFromModel, opacity }) => [cameraFromModel, opacity]),
          })),
          bodies: [Array.from(positions).filter((_, at) => Math.floor(at / 3) % 200 === 0)],
        }));
      });
    },
  },
  { necklaces: READS_PIXELS },
);
