// @ts-nocheck
import { replay } from '../../../../tests/vectors/replay.js';
import { handScale } from '../scale.js';
import { HandTracks } from '../tracks.js';
import { FINGERS } from '../types.js';
import * as evidence from './evidence.js';
import { expectedWidthPx, fingerRotation, limits, placeRing, read, ringPlace, seenFromBack } from './finger.js';
import { lift } from './handFrame.js';
import { fingerOccluders, hiddenShare } from './occluders.js';
import { sideBySide } from './sideBySide.js';
import { placeOfStack, stacked } from './stack.js';

const INNER_DIAMETER = 0.0172;
const byFinger = (of) => Object.fromEntries(FINGERS.map((finger) => [finger, of(finger)]));

replay('hands', {
  lift: ({ hand, camera }) => lift(hand, camera),
  fingers({ hand, camera, outlines }) {
    const pose = lift(hand, camera);
    return byFinger((finger) => {
      const anchor = placeRing(pose, finger, outlines[finger], camera, INNER_DIAMETER);
      const cones = fingerOccluders(anchor, pose, outlines[finger].at);
      return {
        rotation: fingerRotation(pose, finger),
        fromBack: seenFromBack(pose, finger),
        place: ringPlace(pose, finger),
        expected: expectedWidthPx(pose, finger),
        anchor,
        cones: cones.map((cone) => [cone.start, cone.end, cone.startRadius, cone.endRadius]),
        hidden: hiddenShare(anchor, cones.slice(1)),
        scale: handScale(pose, pose.joints[3 * 5 + 2]),
      };
    });
  },
  limits({ hand, camera, place }) {
    const pose = lift(hand, camera);
    return byFinger((finger) => limits(hand.pointsPx, finger, place, expectedWidthPx(pose, finger)));
  },
  read: ({ contour, place, expected }) => read(contour, place, expected),
  evidence: ({ edges, flesh, tilt, aside, deviation }) => ({
    presence: evidence.presence(edges, flesh, tilt),
    thumb: evidence.thumbPresence(edges, flesh, aside, tilt, deviation),
    width: evidence.plausibleWidth(deviation),
    agreement: evidence.agreement(1.2 * aside),
    sideways: evidence.seenSideways(tilt),
    detected: evidence.detected(aside),
    large: evidence.largeEnough(5 * aside),
    unhidden: evidence.unhidden(tilt, aside),
    inside: evidence.insideImage(0.4 * deviation),
  }),
  handTracks({ frames }) {
    const tracks = new HandTracks();
    return frames.map(({ hands, timeMs }) =>
      tracks.update(hands, timeMs).map(({ landmarks, track }) => ({
        ...landmarks,
        identity: track.identity,
        elapsed: track.elapsed,
        movedPalms: track.movedPalms,
        palmWorld: landmarks.world.subarray(0, 9),
        palmDepths: landmarks.depthsPx.subarray(0, 6),
      })),
    );
  },
  sideBySide: ({ homes, extents, held }) => sideBySide(homes, extents, held),
  placeOfStack: ({ place, band, phalanx }) => placeOfStack(place, { offsets: [0], band }, phalanx),
  stacked: ({ rings }) => stacked(rings),
});
