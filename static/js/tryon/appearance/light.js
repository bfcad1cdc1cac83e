/**
 * The light of a picture, read off a hand or a face: colour, strength, where the key stands. The studio
 * that a jewel reflects is then tinted, dimmed and turned by this. Twin of tryon/appearance/light.py.
 */
import { clamp, fromAxisAngle, multiply3, norm, radians, scaled } from '../linalg.js';
import { logExposure, logTint, luminance, surroundings, thinSample } from './lightColour.js';
import { median, shadedSkin } from './shadedSkin.js';
import { NO_KEY, findKey } from './shading.js';

/** @typedef {import('../anchors/canonical.js').CanonicalFace} CanonicalFace */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../linalg.js').Vec3} Vec3 */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('./shading.js').Key} Key */

/**
 * What was read; `lightingOf` is what is drawn by.
 * @typedef {object} Read
 * @property {Vec3} logTint natural logarithm of the gain of R, G, B
 * @property {number} logExposure
 * @property {Vec3} key unit, towards the key: x right, y down, z away from the camera
 * @property {number} hardness 0 even light .. 1 one small lamp
 * @property {Vec3 | null} skin linear sRGB as the picture shows it
 */

/**
 * What skin alone says of the light: the first half of a reading.
 * @typedef {{ skin: Vec3 | null, key: Key }} Shade
 */

// Of the key softbox in viewer/render/studio.py: from +z towards +x, and up.
const [KEY_AZIMUTH, KEY_ELEVATION] = [radians(-52), radians(40)];
const KEY_TURN_LIMIT = radians(75);
const ELEVATION_TRUST = 0.8; // what is read lies too far from the horizon
const KEY_TILT_LIMIT = radians(35); // a floor of light must not become a wall

const NEAR_SAMPLES = 20; // a side, about a jewel
const SKIN_HUE = 0.4; // logarithms of ratios: so near in colour, it is this skin, lit or in shade
const ENOUGH_NEAR = 0.15; // of the samples
const NEAR_TRUST = 0.6; // of what the skin beside the jewel says
const NEAR_LIMITS = [-0.7, 0.2]; // natural logarithms

const SOFTNESS_TRUST = 0.8; // of what hardness says about the size of the lamp
const SMOOTHING_SECONDS = 0.6;

/**
 * The studio tinted, dimmed, turned and tilted until its key stands there.
 * @param {Read} light
 */
export function lightingOf({ logTint: tint, logExposure: exposure, key, hardness, skin }) {
  return {
    environmentFromCamera: Float64Array.from(environmentFromCamera(key)),
    tint: /** @type {[number, number, number]} */ (tint.map(Math.exp)),
    exposure: Math.exp(exposure),
    keySoftness: 0.5 + SOFTNESS_TRUST * (0.5 - hardness),
    skin: /** @type {[number, number, number] | null} */ (skin && [...skin]),
  };
}

/**
 * The studio turned about the vertical, then tilted in the plane of its key.
 * @param {Vec3} key unit, towards the key
 * @returns {import('../linalg.js').Mat3}
 */
function environmentFromCamera(key) {
  const azimuth = Math.atan2(key[0], -key[2]);
  const elevation = ELEVATION_TRUST * Math.asin(clamp(-key[1], -1, 1));
  const turn = clamp(KEY_AZIMUTH - azimuth, -KEY_TURN_LIMIT, KEY_TURN_LIMIT);
  const tilt = clamp(KEY_ELEVATION - elevation, -KEY_TILT_LIMIT, KEY_TILT_LIMIT);
  const upright = fromAxisAngle([0, 1, 0], turn);
  const raised = fromAxisAngle([-Math.cos(KEY_AZIMUTH), 0, Math.sin(KEY_AZIMUTH)], tilt);
  return multiply3(multiply3(raised, upright), [1, 0, 0, 0, -1, 0, 0, 0, -1]);
}

/**
 * Colour, strength and direction of the light, off a hand or a face and what is about it.
 * @param {Picture} image
 * @param {HandLandmarks | FaceLandmarks} landmarks of what wears the jewel
 * @param {CanonicalFace | null} face of the mean head
 * @returns {Read}
 */
export const readLight = (image, landmarks, face) => readAbout(readShade(image, landmarks, face), image, landmarks);

/**
 * The first half: how skin is shaded. The second may follow on the next frame.
 * @param {Picture} image
 * @param {HandLandmarks | FaceLandmarks} landmarks
 * @param {CanonicalFace | null} face
 * @returns {Shade}
 */
export function readShade(image, landmarks, face) {
  const { colours, normals, group } = shadedSkin(image, landmarks, face);
  const count = colours.length / 3;
  if (count === 0) return { skin: null, key: NO_KEY };
  const light = Float64Array.from({ length: count }, (_, k) => luminance(colours, 3 * k));
  const skin = [0, 1, 2].map((channel) => median(Array.from({ length: count }, (_, k) => colours[3 * k + channel])));
  return { skin, key: findKey(light, normals, group) };
}

/**
 * The second half: colour and strength, by what stands about the skin.
 * @param {Shade} shade
 * @param {Picture} image
 * @param {HandLandmarks | FaceLandmarks} landmarks
 * @returns {Read}
 */
export function readAbout({ skin, key }, image, { pointsPx }) {
  if (!skin) return { logTint: [0, 0, 0], logExposure: 0, key: NO_KEY.direction, hardness: NO_KEY.hardness, skin: null };
  const around = surroundings(image, pointsPx);
  return { logTint: logTint(skin, around), logExposure: logExposure(skin, around), key: key.direction, hardness: key.hardness, skin };
}

/**
 * The light at one place of the body: an ear in the head's shade gets less than the face.
 * @param {Read} light of the whole hand or face
 * @param {Picture} image
 * @param {ArrayLike<number>} atPx (2,) the jewel's place
 * @param {number} reachPx how far about it skin counts
 * @returns {Read}
 */
export function lightAt(light, image, atPx, reachPx) {
  const sides = [image.width, image.height];
  const low = sides.map((side, k) => Math.trunc(clamp(atPx[k] - reachPx, 0, side)));
  const high = sides.map((side, k) => Math.trunc(clamp(atPx[k] + reachPx, 0, side)));
  if (!light.skin || high[0] <= low[0] || high[1] <= low[1]) return light;
  const step = Math.max(1, Math.floor(Math.max(high[0] - low[0], high[1] - low[1]) / NEAR_SAMPLES));
  const near = thinSample(image, low[0], low[1], high[0], high[1], step);
  const skin = light.skin.map((value) => Math.max(value, 1e-4));
  const hue = [Math.log(skin[0] / skin[1]), Math.log(skin[2] / skin[1])];
  /** @type {number[]} */ const alike = [];
  for (let k = 0; k < near.length; k += 3) {
    const [r, g, b] = [0, 1, 2].map((channel) => Math.max(near[k + channel], 1e-4));
    const off = Math.max(Math.abs(Math.log(r / g) - hue[0]), Math.abs(Math.log(b / g) - hue[1]));
    if (off < SKIN_HUE) alike.push(luminance([r, g, b]));
  }
  if (alike.length < (ENOUGH_NEAR * near.length) / 3) return light;
  const there = median(alike) / luminance(skin);
  const change = clamp(NEAR_TRUST * Math.log(Math.max(there, 1e-3)), NEAR_LIMITS[0], NEAR_LIMITS[1]);
  return { ...light, logExposure: light.logExposure + change, skin: scaled(light.skin, Math.exp(change)) };
}

/**
 * Follows the light of a stream slowly: a lamp does not flicker with the hand.
 * @param {Read | null} previous
 * @param {Read} read
 * @param {number} seconds
 * @returns {Read}
 */
export function smoothLight(previous, read, seconds) {
  if (!previous) return read;
  const share = 1 - Math.exp(-Math.max(seconds, 0) / SMOOTHING_SECONDS);
  const mixed = (/** @type {number} */ a, /** @type {number} */ b) => a + share * (b - a);
  const each = (/** @type {Vec3} */ a, /** @type {Vec3} */ b) => a.map((value, k) => mixed(value, b[k]));
  const key = each(previous.key, read.key);
  return {
    logTint: each(previous.logTint, read.logTint),
    logExposure: mixed(previous.logExposure, read.logExposure),
    key: scaled(key, 1 / Math.max(norm(key), 1e-6)),
    hardness: mixed(previous.hardness, read.hardness),
    skin: previous.skin && read.skin ? each(previous.skin, read.skin) : (previous.skin ?? read.skin),
  };
}
