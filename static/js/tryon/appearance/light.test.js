// @ts-nocheck
import { read, replay } from '../../../../tests/vectors/replay.js';
import { measureGrain } from './grain.js';
import { lightAt, lightingOf, readLight, smoothLight } from './light.js';

// Single precision in Python, double here.
const SINGLE = 2e-5;
const { canonical } = read('seen');
const points = Float64Array.from(canonical);

replay(
  'light',
  {
    measureGrain: ({ image, region }) => measureGrain(image, region),
    readLight: ({ image, landmarks, triangles }) => readLight(image, landmarks, { points, triangles: Int32Array.from(triangles) }),
    lightAt: ({ image, light, at, reach }) => lightAt(light, image, at, reach),
    lightingOf: ({ light }) => lightingOf(light),
    smoothLight: ({ previous, read, seconds }) => smoothLight(previous, read, seconds),
  },
  { measureGrain: SINGLE, readLight: SINGLE, lightAt: SINGLE },
);
