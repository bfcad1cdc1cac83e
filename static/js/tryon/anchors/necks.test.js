// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { neckNormal } from '../body.js';
import { assumedIntrinsics } from '../lens.js';
import { chestBody, chestSurface } from './chest.js';
import { headPose } from './head.js';
import { beside, chestPose, chestRotation, neckEdges } from './neck.js';
import { beforeLens, photoChest } from './neckPhoto.js';

const READS_PIXELS = 1e-5;

const told = (chest) => ({ ...chest, rotation: chestRotation(chest.turn) });
const everyNth = (points, n) =>
  Array.from(points).filter((_, k) => Math.floor(k / 3) % n === 0);

replay(
  'necks',
  {
    neckNormal({ base, points }) {
      const out = points.map(() => [0, 0, 0]);
      return { depth: points.map(([x, y, z], k) => neckNormal(base, x, y, z, out[k])), out };
    },
    chestSurface({ base, placed }) {
      const { points } = chestSurface(base);
      const seen = chestBody(placed, base);
      return {
        points: everyNth(points.subarray(0, points.length - 3), 37),
        seen: seen.triangles.length / 3,
        positions: everyNth(seen.positions, 61),
      };
    },
    chestPose({ face, camera, mean, body, shares }) {
      const head = headPose(face, camera, mean);
      return shares.map((share) => told(chestPose(head, body, camera, share)));
    },
    beforeLens: ({ chest, lens, other }) => told(beforeLens(chest, lens, other)),
    neckEdges({ image, face, camera, mean, body }) {
      const head = headPose(face, camera, mean);
      const chest = chestPose(head, body, camera);
      const edges = neckEdges(image, chest, head, camera);
      return { edges, beside: told(beside(chest, edges)) };
    },
    photoChest({ image, face, mean, body }) {
      const camera = assumedIntrinsics(image.width, image.height);
      const { chest, edges } = photoChest(image, headPose(face, camera, mean), body, camera, mean);
      return { chest: told(chest), edges };
    },
  },
  { neckEdges: READS_PIXELS, photoChest: READS_PIXELS },
);
