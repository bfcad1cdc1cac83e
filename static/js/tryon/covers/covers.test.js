// @ts-nocheck
import { maskOf, replay } from '../../../../tests/vectors/replay.js';
import { asWideAsThePerson } from '../anchors/armPerson.js';
import { findForearm } from '../anchors/forearm.js';
import { lift } from '../anchors/handFrame.js';
import { findSleeve } from '../anchors/sleeve.js';
import { sleeveVeil } from '../anchors/sleeveVeil.js';
import { cover } from './cover.js';
import { handsOver } from './handsBefore.js';
import { bodyShare, personAt, warped } from './masks.js';
import { faceTone, handTone } from './tones.js';

const SINGLE = 1e-5; // single precision in Python, double here

const READS_PIXELS = 1e-4;
const DRAWN = 0.12; // OpenCV's antialiased lines, blurred, against the distance to them
const sparse = (hides) => [
  hides.length,
  hides.reduce((sum, value) => sum + value, 0) / hides.length,
  [...hides].filter((_, k) => k % 41 === 0),
];

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
    handsOver({ region, hands, body, forearm }) {
      const told = sparse(handsOver(region, hands, body, [null, forearm]));
      return [40 * told[1], ...told];
    },
    cover({ image, face, mask, region }) {
      const tone = faceTone(image, face);
      return [null, maskOf(mask)].map((person) => sparse(cover(image, region, tone, person).hides));
    },
    sleeveVeil({ image, hand, mask, camera, region }) {
      const tone = handTone(image, hand);
      const forearm = findForearm(image, lift(hand, camera), [], tone);
      const sleeve = findSleeve(image, forearm, forearm.palmPx, tone);
      const person = maskOf(mask);
      const veil = sleeveVeil(image, region, forearm, forearm.palmPx, sleeve, tone, person);
      return [sleeve.likeSkin, findSleeve(image, forearm, forearm.palmPx, tone, person), sparse(veil.hides)];
    },
    asWideAsThePerson: ({ found, unseen, mask, size: [width, height], wrist, palm, broad }) =>
      asWideAsThePerson(found, unseen, maskOf(mask), { width, height }, wrist, palm, broad),
  },
  { masks: SINGLE, handsOver: DRAWN, cover: READS_PIXELS, sleeveVeil: READS_PIXELS },
);
