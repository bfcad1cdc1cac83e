// @ts-nocheck
import { maskOf, replay } from '../../../../tests/vectors/replay.js';
import { WristSolver } from './wrists.js';

const READS_PIXELS = 1e-4; // in single precision over there

replay(
  'bracelets',
  {
    bracelets({ wearables, hand, other, image, mask, camera, shifts }) {
      const worn = wearables.map(({ product, hand: on, wrist }) => ({ product, hand: on, model: { wrist } }));
      const solver = new WristSolver(worn, shifts.length > 1);
      return shifts.map(([x, y], k) => {
        const pointsPx = hand.pointsPx.map((value, at) => value + (at % 2 ? y : x));
        const hands = [{ ...hand, pointsPx }, ...(other ? [other] : [])];
        const seen = { hands, faces: [], bodies: [], person: mask && maskOf(mask, 33 * k) };
        const layers = solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k });
        return layers.map(({ pieces, occluders }) => ({
          veil: pieces[0].veil && [pieces[0].veil.region, [...pieces[0].veil.hides].filter((_, at) => at % 97 === 0)],
          pieces: pieces.map(({ placement, worn: [{ cameraFromModel, opacity }] }) => ({
            ...placement,
            worn: cameraFromModel,
            opacity,
          })),
          arm: [occluders[0].start, occluders[0].startRadius, occluders.length],
        }));
      });
    },
  },
  { bracelets: READS_PIXELS },
);
