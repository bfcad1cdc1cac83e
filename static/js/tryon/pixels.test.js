// @ts-nocheck
import { replay } from '../../../tests/vectors/replay.js';
import { findContour } from './anchors/contour.js';
import { findOutline } from './anchors/finger.js';
import { lift } from './anchors/handFrame.js';
import { flesh, handColours } from './anchors/skin.js';
import { blurred, blurred8, warped8 } from './image.js';
import { reduced8 } from './reduction.js';
import { labOf } from './lab.js';

// Single precision in Python, double here; an edge's place is a parabola's through three samples.
const SINGLE = 1e-5;

replay(
  'pixels',
  {
    warped8: ({ image, matrix, size }) => warped8(image, matrix, ...size).data,
    blurred8: ({ image, sigma }) => blurred8(image, sigma).data,
    blurred: ({ field, width, height, sigmas }) =>
      blurred({ data: Float32Array.from(field), width, height, channels: 3 }, ...sigmas).data,
    reduced8: ({ image, size }) => reduced8(image, ...size).data,
    labOf: ({ image }) => labOf(image).data,
    findContour: ({ image, phalanx }) => findContour(image, phalanx),
    flesh: ({ image, hand, center, axis, width }) =>
      flesh(image, handColours(image, hand.pointsPx), center, axis, width),
    findOutline: ({ image, hand, camera, finger }) => findOutline(image, lift(hand, camera), finger),
  },
  { blurred: SINGLE, labOf: SINGLE, findContour: SINGLE, findOutline: SINGLE },
);
