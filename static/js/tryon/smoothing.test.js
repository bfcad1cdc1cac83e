// @ts-nocheck
import { replay } from '../../../tests/vectors/replay.js';
import { Fade, HandLock, OneEuro, RotationGate, rotationVector } from './smoothing.js';

replay('smoothing', {
  oneEuro({ settings, width, scale, values, steps }) {
    const filter = new OneEuro(...settings);
    return values.map((value, k) => filter.smooth(value, width, steps[k], scale));
  },
  rotationGate({ settings: [cutoffHz, speedGain, freely, explained], turns, moved, steps }) {
    const filter = new RotationGate({ cutoffHz, speedGain, freely, explained });
    return turns.map((turn, k) => filter.gate(turn, moved[k], steps[k]));
  },
  rotationVector: ({ turn }) => rotationVector(turn),
  handLock({ hand, seen }) {
    const filter = new HandLock(hand);
    return seen.map((each) => filter.lock(each));
  },
  fade({ seconds, targets, steps }) {
    const filter = new Fade(seconds);
    return targets.map((target, k) => filter.follow(target, steps[k]));
  },
});
