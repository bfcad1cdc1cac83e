// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { fromBody, fromHand, palmSeen, usualBreadth } from './armGuess.js';
import { armOccluders } from './armOccluders.js';
import { lift } from './handFrame.js';
import { placeAlong, rest } from './hanging.js';
import { movedAlong, placeWrist } from './wrist.js';

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
  hanging: ({ loop, section, wears, rotation, room }) => ({
    place: placeAlong(wears, rotation),
    rest: rest(loop, section, wears, rotation, room),
  }),
});
