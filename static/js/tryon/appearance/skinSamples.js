/**
 * Places on a face or a hand that surely show bare skin: what its colours are learned from.
 * Twin of tryon/appearance/skin_samples.py.
 */

/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */

// Triangles of the face mesh's own points: within them lie forehead, cheeks, nose, chin.

const FACE_TRIANGLES = [
  [151, 108, 107], [151, 337, 336], [151, 107, 336], [109, 108, 151], [338, 337, 151],
  [116, 117, 123], [117, 118, 50], [123, 50, 187], [118, 101, 205], [101, 36, 205],
  [345, 346, 352], [346, 347, 280], [352, 280, 411], [347, 330, 425], [330, 266, 425],
  [6, 196, 419], [195, 198, 420], [5, 45, 275], [200, 208, 428], [199, 208, 428],
];

const INSIDE_TRIANGLE = [
  [0.251, 0.557, 0.192], [0.253, 0.284, 0.464], [0.392, 0.177, 0.431],
  [0.329, 0.173, 0.497], [0.123, 0.654, 0.223], [0.46, 0.13, 0.41],
];
const HAIRLINE = [54, 103, 67, 109, 10, 338, 297, 332, 284];
const [BETWEEN_EYES, FOREHEAD_TOP, CHIN] = [168, 10, 152];
const BEYOND_HAIRLINE = Array.from({ length: 9 }, (_, k) => 0.06 + 0.03 * k); // of the face's height
/** From below the ear down to the corner of the jaw, those on the picture's left and right. */
const JAW_SIDES = [[132, 361], [58, 288], [172, 397]];
const BELOW_CORNER = [0.1, 0.2]; // of the face's height
const BESIDE_JAW = Array.from({ length: 8 }, (_, k) => 0.06 + 0.04 * k); // of the face's height
const NOSE = 1;
const FACING = 0.3; // of a face's breadth on either side of the nose: it is turned away no farther
const JAW = [150, 176, 148, 152, 377, 400, 379];
const BELOW_JAW = Array.from({ length: 6 }, (_, k) => 0.06 + 0.048 * k); // of the face's height

const PALM = [0, 1, 5, 9, 13, 17];
const BONES = [[5, 6], [6, 7], [9, 10], [10, 11], [13, 14], [14, 15], [17, 18], [18, 19]];
const ALONG_BONE = [0.2, 0.4, 0.6, 0.8];
/** Shares of the palm's points, spread evenly: Dirichlet's way from an R-sequence's numbers. */
const INSIDE_PALM = Array.from({ length: 72 }, (_, k) => {
  const shares = PALM.map((_joint, j) => -Math.log((0.5 + (k + 1) * 1.1127756842787055 ** -(j + 1)) % 1));
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
});

/** @param {{ pointsPx: Float64Array }} landmarks @param {number} k */
const pixel = ({ pointsPx: p }, k) => [p[2 * k], p[2 * k + 1]];

/**
 * Pixels on forehead, cheeks, nose and chin.
 * @param {FaceLandmarks} face @returns {number[][]}
 */
export function faceSkinPoints(face) {
  return FACE_TRIANGLES.flatMap((corners) => {
    const [a, b, c] = corners.map((corner) => pixel(face, corner));
    return INSIDE_TRIANGLE.map(([u, v, w]) => [0, 1].map((k) => u * a[k] + v * b[k] + w * c[k]));
  });
}

/**
 * Pixels above the forehead, where hair is unless the head is bald.
 * @param {FaceLandmarks} face @returns {number[][]}
 */
export function hairPoints(face) {
  const [top, chin, eyes] = [FOREHEAD_TOP, CHIN, BETWEEN_EYES].map((k) => pixel(face, k));
  const height = Math.hypot(top[0] - chin[0], top[1] - chin[1]);
  return HAIRLINE.flatMap((point) => {
    const [x, y] = pixel(face, point);
    const length = Math.max(Math.hypot(x - eyes[0], y - eyes[1]), 1e-6);
    const [outX, outY] = [(x - eyes[0]) / length, (y - eyes[1]) / length];
    return BEYOND_HAIRLINE.map((share) => [x + share * height * outX, y + share * height * outY]);
  });
}

/**
 * Pixels beside a jaw, where the lengths of hair fall; none where a head is turned.
 * @param {FaceLandmarks} face @returns {number[][]}
 */
export function besideJawPoints(face) {
  const [top, chin, nose] = [FOREHEAD_TOP, CHIN, NOSE].map((k) => pixel(face, k));
  const height = Math.max(Math.hypot(chin[0] - top[0], chin[1] - top[1]), 1e-6);
  const across = [(top[1] - chin[1]) / height, (chin[0] - top[0]) / height]; // to the picture's left
  const sides = JAW_SIDES.map((points) => points.map((point) => pixel(face, point)));
  const breadths = sides[0].map(([x, y]) => Math.abs((x - nose[0]) * across[0] + (y - nose[1]) * across[1]));
  if (Math.min(...breadths) < FACING * (breadths[0] + breadths[1])) return [];
  const below = BELOW_CORNER.map((share) =>
    sides[sides.length - 1].map(([x, y]) => [x + share * (chin[0] - top[0]), y + share * (chin[1] - top[1])]),
  );
  return BESIDE_JAW.flatMap((share) =>
    [...sides, ...below].flatMap((row) =>
      row.map((point, side) => point.map((value, k) => value + (side === 0 ? share : -share) * height * across[k])),
    ),
  );
}

/**
 * Pixels below the jaw, where bare skin in the chin's shade is, or a collar.
 * @param {FaceLandmarks} face @returns {number[][]}
 */
export function neckPoints(face) {
  const [top, chin] = [FOREHEAD_TOP, CHIN].map((k) => pixel(face, k));
  return BELOW_JAW.flatMap((share) =>
    JAW.map((point) => pixel(face, point).map((value, k) => value + share * (chin[k] - top[k]))),
  );
}

/**
 * Pixels on the palm, or the back of the hand, and on the middle of four fingers.
 * @param {HandLandmarks} hand @returns {number[][]}
 */
export function handSkinPoints(hand) {
  const palm = PALM.map((joint) => pixel(hand, joint));
  const inside = INSIDE_PALM.map((shares) =>
    [0, 1].map((k) => shares.reduce((sum, share, j) => sum + share * palm[j][k], 0)),
  );
  const fingers = BONES.flatMap(([from, to]) => {
    const [start, end] = [pixel(hand, from), pixel(hand, to)];
    return ALONG_BONE.map((share) => start.map((value, k) => value + share * (end[k] - value)));
  });
  return [...inside, ...fingers];
}
