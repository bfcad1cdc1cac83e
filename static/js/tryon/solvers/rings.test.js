// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { RingSolver } from './rings.js';

const READS_PIXELS = 1e-5;

replay(
  'rings',
  {
    rings({ wearables, hands, image, camera, smoothing }) {
      const solver = new RingSolver(wearables, smoothing);
      return hands.map((hand, k) => {
        const seen = { hands: [hand], faces: [], bodies: [] };
        const layers = solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k });
        return layers.map(({ pieces, occluders }) => ({
          pieces: pieces.map(({ placement, worn: [{ opacity, wearer }] }) => ({ ...placement, opacity, wearer })),
          occluders: occluders.map((each) => [each.start, each.end, each.startRadius, each.endRadius]),
        }));
      });
    },
  },
  { rings: READS_PIXELS },
);
