// @ts-nocheck
import { replay } from '../../../tests/vectors/replay.js';
import { mirroredCrop, seenTwice } from './second-look.js';

replay(
  'second_look',
  {
    mirroredCrop({ photo, hand, share }) {
      const { crop, corner, scale } = mirroredCrop(hand, photo, share);
      return { corner, scale, some: [...crop.data].filter((_, k) => k % 1009 === 0) };
    },
    seenTwice: ({ photo, hand, looks }) => seenTwice([hand], photo, () => looks.shift()),
  },
  { mirroredCrop: { rest: 1e-6, some: 0.02 } }, // of single pixels a rounding
);
