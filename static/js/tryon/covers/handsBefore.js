/** Hands and forearms held before a jewel: a veil in their shape; twin of tryon/covers/hands_before.py. */
import { roundEven } from '../image.js';
import { convexHull } from '../outline.js';
import { palmLengthPx } from '../tracks.js';
import { Drawing } from './drawn.js';

/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */

const FINGERS = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20]];
const PALM = [0, 1, 2, 5, 9, 13, 17];
const FINGER_WIDTH = 0.21; // palm lengths
const TIP_BEYOND = 0.35; // of the last phalanx: the landmark lies within the pulp
const WRIST_WIDTH = 0.58;
const ARM_BEYOND = 1.1; // palm lengths that the arm goes on straight from the wrist
const FOREARM_WIDTH = 0.25; // of its length in the picture
const ARM_SEEN = 0.6; // visibility
const BEFORE_CHEST = 0.12; // metres from the shoulders' depth to that of a wrist before the chest
const FEATHER = 0.02; // palm lengths

/**
 * How far hands hide each pixel of a region; null where none reaches it.
 * @param {import('../types.js').PixelRegion} region
 * @param {readonly HandLandmarks[]} hands
 * @param {BodyLandmarks | null} body of the wearer, whose forearms hide as well
 * @param {readonly (number[][] | null)[]} forearms pixels round that of each hand; null where it was
 *     not found, and then it goes on from the hand a little
 * @returns {Float32Array | null} (height, width)
 */
export function handsOver(region, hands, body, forearms = []) {
  const arms = body ? forearmsOf(body) : [];
  if (hands.length + arms.length === 0) return null;
  const palms = hands.map(({ pointsPx }) => palmLengthPx(pointsPx));
  const widths = arms.map(([wrist, elbow]) => FOREARM_WIDTH * Math.hypot(elbow[0] - wrist[0], elbow[1] - wrist[1]));
  const feather = Math.max(...palms.map((palm) => FEATHER * palm), ...widths.map((width) => 0.1 * width), 0.7);
  const drawing = new Drawing(region.width, region.height);
  /** @param {number[]} point */
  const within = ([x, y]) => [x - region.x, y - region.y];
  hands.forEach(({ pointsPx: p }, k) => {
    const points = Array.from({ length: 21 }, (_, joint) => within([p[2 * joint], p[2 * joint + 1]]));
    draw(drawing, points, palms[k]);
    const forearm = forearms[k];
    if (forearm) drawing.polygon(forearm.map(within));
    else drawing.line([points[0], beyond(points[0], points[9], ARM_BEYOND)], wide(WRIST_WIDTH * palms[k]));
  });
  arms.forEach((arm, k) => drawing.line(arm.map(within), wide(widths[k])));
  return drawing.softened(feather);
}

/** A point on from another one that is left behind. @param {number[]} a @param {number[]} b @param {number} share */
const beyond = (a, b, share) => [a[0] + share * (a[0] - b[0]), a[1] + share * (a[1] - b[1])];

/** @param {number} width */
const wide = (width) => Math.max(roundEven(width), 1);

/** @param {Drawing} drawing @param {number[][]} points (21, 2) @param {number} palm */
function draw(drawing, points, palm) {
  const outline = PALM.map((joint) => points[joint]);
  const width = wide(FINGER_WIDTH * palm);
  drawing.polygon(convexHull(outline.flat()));
  drawing.line([...outline, points[0]], width);
  for (const finger of FINGERS) {
    const joints = finger.map((joint) => points[joint]);
    drawing.line([...joints, beyond(joints[3], joints[2], TIP_BEYOND)], width);
  }
}

/**
 * Wrist and elbow in the picture, of each forearm that is held before the chest.
 * @param {BodyLandmarks} body @returns {number[][][]}
 */
function forearmsOf({ pointsPx: p, world, visibility }) {
  const chest = 0.5 * (world[3 * 11 + 2] + world[3 * 12 + 2]);
  return [[13, 15], [14, 16]]
    .filter(([elbow, wrist]) => {
      const seen = Math.min(visibility[elbow], visibility[wrist]) > ARM_SEEN;
      return seen && world[3 * wrist + 2] < chest - BEFORE_CHEST;
    })
    .map(([elbow, wrist]) => [wrist, elbow].map((joint) => [p[2 * joint], p[2 * joint + 1]]));
}
