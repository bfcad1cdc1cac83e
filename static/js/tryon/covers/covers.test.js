// @ts-nocheck
import { maskOf, replay } from '../../../../tests/vectors/replay.js';
import { bodyShare, personAt, warped } from './masks.js';

const SINGLE = 1e-5; // single precision in Python, double here

replay(
  'covers',
  {
    masks({ mask, x, y, region, columns, rows, then, now, width, height }) {
      const person = maskOf(mask);
      const moved = warped(person, then.flat(), now.flat(), width, height);
      return {
        at: [...x].map((each, k) => personAt(person, each, y[k], width, height)),
        body: bodyShare(person, region, columns, rows, { width, height }),
        moved: moved.share.filter((_, k) => Math.floor(k / moved.columns) % 7 === 0 && (k % moved.columns) % 5 === 0),
        same: warped(person, then.flat(), then.flat(), width, height) === person,
      };
    },
  },
  { masks: SINGLE },
);
