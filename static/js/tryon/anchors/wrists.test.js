// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { handTone } from '../covers/tones.js';
import { fromBody, fromHand, palmSeen, usualBreadth } from './armGuess.js';
import { armOccluders } from './armOccluders.js';
import { clearOf, findOwnBands } from './armWorn.js';
import { alongItsCuff } from './cuff.js';
import { findForearm, wristOf } from './forearm.js';
import { lift } from './handFrame.js';
import { placeAlong, rest } from './hanging.js';
import { findSleeve } from './sleeve.js';
import { movedAlong, placeWrist } from './wrist.js';

const READS_PIXELS = 1e-4; // in single precision over there

replay('wrists', {
  guesses({ hand, deep, bodies, camera }) {
    const pose = lift(deep ? hand : { ...hand, depthsPx: null }, camera);
    const palm = palmSeen(pose);
    const byHand = fromHand(pose, palm);
    return { palm, hand: byHand, body: fromBody(pose, palm, bodies), breadth: usualBreadth(pose, byHand) };
  },
  placeWrist({ hand, camera, forearm, section, away, covered }) {
    const pose = lift(hand, camera);
    const wrist = placeWrist(pose, forearm, section, camera, away, covered);
    const cones = armOccluders(wrist, pose);
    return {
      wrist,
      moved: movedAlong(wrist, 0.012, camera),
      cones: cones.map((each) => [each.start, each.end, each.startRadius, each.endRadius, each.flatness]),
      flat: cones.slice(0, 3).map((each) => each.flat),
    };
  },
  forearm({ image, hand, camera, bodies }) {
    const pose = lift(hand, camera);
    const tone = handTone(image, hand);
    const forearm = findForearm(image, pose, [], tone);
    const again = findForearm(image, pose, [], tone, forearm, { anew: false });
    const carried = findForearm(image, pose, [], tone, forearm, { anew: false, measured: false });
    const sleeve = findSleeve(image, forearm, forearm.palmPx, tone);
    return {
      tone,
      forearms: [forearm, again, carried, findForearm(image, pose, bodies, tone)],
      sleeve,
      alongItsCuff: alongItsCuff(image, forearm, sleeve, wristOf(pose)),
      own: findOwnBands(image, forearm, forearm.palmPx, tone),
    };
  },
  clearOf: ({ home, extent, half, own }) => clearOf(home, extent, half, own),
  hanging: ({ loop, section, wears, rotation, room }) => ({
    place: placeAlong(wears, rotation),
    rest: rest(loop, section, wears, rotation, room),
  }),
}, { forearm: READS_PIXELS });
