// @ts-nocheck
import { maskOf, replay } from '../../../../tests/vectors/replay.js';
import { asWideAsThePerson } from '../anchors/armPerson.js';
import { findForearm } from '../anchors/forearm.js';
import { lift } from '../anchors/handFrame.js';
import { findSleeve } from '../anchors/sleeve.js';
import { sleeveVeil } from '../anchors/sleeveVeil.js';
import { windowReduced8 } from '../reduction.js';
import { wornUnder } from './collar.js';
import { coverAt, judged } from './cover.js';
import { handsOver } from './handsBefore.js';
import { ownHair, strandy } from './headHair.js';
import { bodyShare, personAt, warped } from './masks.js';
import { fineLight, strands, unevenness } from './strands.js';
import { faceTone, features, hairTone, handTone, lightOf, withLengths } from './tones.js';

const SINGLE = 1e-5; // single precision in Python, double here

const READS_PIXELS = 1e-4;
const STRANDY = 2e-3; // small differences of squares, in single precision over there
// OpenCV's antialiased lines against the distance to them: single pixels at their edges differ
const DRAWN = { size: 0, mean: 4e-3, some: 0.12 };
const LINED = { ...DRAWN, some: 0.35 };
const sparse = (hides) => ({
  size: hides.length,
  mean: hides.reduce((sum, value) => sum + value, 0) / hides.length,
  some: [...hides].filter((_, k) => k % 41 === 0),
});

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
    handsOver: ({ region, hands, body, forearm }) => sparse(handsOver(region, hands, body, [null, forearm])),
    cover({ image, face, mask, region }) {
      const tone = faceTone(image, face);
      const { x, y, width, height } = region;
      return [null, maskOf(mask)].map((person) => {
        const covers = coverAt(image, region, tone, person);
        const at = (k) => covers(x + (k % width), y + Math.floor(k / width));
        return sparse(Float32Array.from({ length: width * height }, (_, k) => at(k)));
      });
    },
    sleeveVeil({ image, hand, mask, camera, region }) {
      const tone = handTone(image, hand);
      const forearm = findForearm(image, lift(hand, camera), [], tone);
      const sleeve = findSleeve(image, forearm, forearm.palmPx, tone);
      const person = maskOf(mask);
      const veil = sleeveVeil(image, region, forearm, forearm.palmPx, sleeve, tone, person);
      return [sleeve.likeSkin, findSleeve(image, forearm, forearm.palmPx, tone, person), sparse(veil.hides)];
    },
    lengths({ image, face, mask, rooted }) {
      const person = maskOf(mask);
      const tone = faceTone(image, face);
      const roots = rooted ? hairTone(image, face, tone) : { colours: [[0, 0, 0]], trust: 0 };
      const hair = withLengths(image, face, tone, roots, person);
      return [hair.colours, hair.trust, hair === roots];
    },
    strands({ image, face, mask, columns, rows, chin }) {
      const tone = faceTone(image, face);
      const wide = { x: 0, y: 0, width: 2 * columns, height: 2 * rows };
      const colours = features(windowReduced8(image, wide, 2));
      const { strange, likeHair } = judged(colours, tone, hairTone(image, face, tone, maskOf(mask)));
      const light = lightOf(colours);
      const own = ownHair(light, likeHair, columns, chin);
      const cells = Array.from({ length: 478 }, (_, k) => [0, 1].map((c) => 0.5 * face.pointsPx[2 * k + c] - 0.5));
      const uneven = unevenness(fineLight(image, wide, columns, rows), columns, rows);
      const found = strands(uneven, strange, likeHair.map((value, k) => value * own[k]), columns, cells);
      return [likeHair, strandy(light, likeHair, columns, chin), own, found].map(sparse);
    },
    wornUnder({ image, face, mask, skin, hand, runs, ...look }) {
      const person = mask && maskOf(mask);
      const tone = skin ? { colours: skin.map((each) => [...each]), trust: 1 } : faceTone(image, face);
      const hair = skin ? { colours: [[0, 0, 0]], trust: 0 } : hairTone(image, face, tone, person);
      const before = hand && handsOver(look.region, [hand], null);
      const sides = runs.map(([pointsPx, metres, seen]) => ({ pointsPx, metres: [...metres], seen }));
      const wear = wornUnder({ ...look, image, face, person, before, skin: tone, hair, runs: sides });
      return { shown: wear.shown, hides: sparse(wear.veil.hides) };
    },
    asWideAsThePerson: ({ found, unseen, mask, size: [width, height], wrist, palm, broad }) =>
      asWideAsThePerson(found, unseen, maskOf(mask), { width, height }, wrist, palm, broad),
  },
  { masks: SINGLE, handsOver: DRAWN, cover: READS_PIXELS, sleeveVeil: READS_PIXELS, lengths: READS_PIXELS, strands: STRANDY, wornUnder: { shown: 1e-3, hides: LINED } },
);
