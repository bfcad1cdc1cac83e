// @ts-nocheck
import { maskOf, replay } from '../../../../tests/vectors/replay.js';
import { CHEEK, placeEar } from '../anchors/ear.js';
import { headPose } from '../anchors/head.js';
import { lobeEvidence, lobeFound } from '../anchors/lobe.js';
import { together } from '../anchors/lobePair.js';
import { apart, faceTone, features, hairTone, usualColour } from '../covers/tones.js';
import { Heads } from '../faceTracks.js';
import { EarSolver } from './ears.js';

const EARS = ['left', 'right'];
const SINGLE = 1e-5; // single precision in Python, double here
const READS_PIXELS = 1e-4; // and a large correlation by way of frequencies
const cheekOf = (face, ear) => CHEEK[ear].map((k) => [...face.pointsPx.subarray(2 * k, 2 * k + 2)]);
const moved = (landmarks, [x, y]) => ({
  ...landmarks,
  pointsPx: landmarks.pointsPx.map((value, k) => value + (k % 2 ? y : x)),
});

replay(
  'ears',
  {
    features: ({ image }) => features(image).data,
    tones({ image, face, strip }) {
      const tone = faceTone(image, face);
      const hair = hairTone(image, face, tone);
      return {
        tone,
        hair,
        far: apart(features(strip), tone),
        near: apart(features(strip), hair, false),
        cheek: usualColour(image, cheekOf(face, 'left')),
      };
    },
    apart({ colours, tone, shades }) {
      const seen = { data: Float32Array.from(colours), width: colours.length / 3, height: 1, channels: 3 };
      return apart(seen, { colours: tone, trust: 1 }, shades);
    },
    findLobe({ image, face, camera, mean, ear }) {
      const head = headPose(face, camera, mean);
      const anchor = placeEar(head, ear, camera, mean);
      const height = (head.height * camera.fy) / anchor.cameraFromAnchor.translation[2];
      const tone = faceTone(image, face);
      const hair = hairTone(image, face, tone);
      const cheek = usualColour(image, cheekOf(face, ear));
      return [1, 5].map((larger) => lobeFound(lobeEvidence(image, anchor, larger * height, tone, hair), cheek));
    },
    lobes({ image, face, mask, camera, mean, larger }) {
      const head = headPose(face, camera, mean);
      const person = maskOf(mask);
      const tone = faceTone(image, face);
      const hair = hairTone(image, face, tone, person);
      const looks = EARS.map((ear) => {
        const anchor = placeEar(head, ear, camera, mean);
        const height = (head.height * camera.fy) / anchor.cameraFromAnchor.translation[2];
        return lobeEvidence(image, anchor, larger * height, tone, hair, person);
      });
      const heights = together(...looks);
      return EARS.map((ear, k) => {
        const found = lobeFound(looks[k], usualColour(image, cheekOf(face, ear)), heights[ear]);
        const { score, along: { length: side } } = looks[k];
        const some = [...score].filter((_, at) => Math.floor(at / side) % 9 === 0 && (at % side) % 11 === 0);
        return [heights[ear], found.shift, found.shows, found.strands, some];
      });
    },
    earrings({ image, face, mask, camera, mean, hung, shifts, hand, smoothing }) {
      const model = { innerDiameter: null, parts: [] };
      const { hinge, length: pendulumLength, drop } = hung;
      const each = { still: model, swinging: model, hinge, pendulumLength, drop, turns: true };
      const earring = { ...model, hung: { left: each, right: each } };
      const wearables = [{ product: 'pair', model: earring }, { product: 'second', model: earring, ear: 'left' }];
      const canonical = { points: mean, triangles: new Int32Array(0) };
      const solver = new EarSolver(wearables, new Heads(mean, smoothing), canonical);
      return shifts.map((shift, k) => {
        const hands = smoothing ? [moved(hand, [0, -10 * k])] : [];
        const person = mask && maskOf(mask, 33 * k);
        const seen = { hands, faces: [moved(face, shift)], bodies: [], person };
        return solver.solve({ image, seen, intrinsics: camera, timeMs: 33 * k }).map(({ pieces, bodies }) => ({
          pieces: pieces.map(({ placement, worn, veil }) => ({
            ...placement,
            veil: veil && [veil.region, veil.hides.reduce((sum, value) => sum + value, 0)],
            worn: worn.map(({ cameraFromModel, opacity }) => [cameraFromModel, opacity]),
          })),
          bodies: bodies.slice(1).map(({ triangles }) => triangles.length / 3),
        }));
      });
    },
  },
  { features: SINGLE, apart: SINGLE, tones: READS_PIXELS, findLobe: READS_PIXELS, lobes: READS_PIXELS, earrings: READS_PIXELS },
);
