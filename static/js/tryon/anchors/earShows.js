/**
 * Whether an ear shows, or hair lies over it: told from a patch about its lobe.
 * Twin of tryon/anchors/ear_shows.py, where the weights are explained.
 */
import { CHROMA_SPREAD } from '../covers/tones.js';
import { smoothstep } from './evidence.js';

/**
 * What is seen about a lobe that was found; all over the patch's pixels.
 * @typedef {object} LobePatch
 * @property {import('../image.js').Field} seen features
 * @property {Float32Array} soft the first of them, a little blurred
 * @property {Float32Array} likeHair 0..1
 * @property {Float64Array} aside face heights outwards from the lobe
 * @property {Float64Array} up
 */

const [EAR_ASIDE, EAR_UP] = [[-0.005, 0.022], [0.02, 0.1]];
const DISC = 0.02; // face heights about the piercing: the lobe
const BELOW = 0.06; // face heights from the piercing to the middle of what is below its lobe
const [RIM, CLEAREST_RIM] = [1.01, 0.8];
const HAIRS_COLOUR = -2.78;
const RUNS_DOWN = -6.58;
const [FOLDS, LEAST_FOLDS] = [1.46, 0.01];
const [OTHER_BELOW, MOST_OTHER] = [0.32, 8];
const [OTHER_HUE, MOST_HUE] = [-0.62, 4];
const [OTHER_LIGHT, MOST_LIGHT] = [-4.86, 0.5];
const USUAL = 6.5;
const [COVERED, SHOWS] = [-0.5, 0.5]; // sums between which an ear shows more and more

/**
 * That an ear is seen there, and no hair, 0..1.
 * @param {LobePatch} patch
 * @param {number} rim how clear the lobe's rim is
 * @param {number[] | null} cheek features of the cheek beside the ear; null: outside the picture
 */
export function earShows({ seen, soft, likeHair, aside, up }, rim, cheek) {
  const { width, height, data } = seen;
  let [ears, discs, belows, hair, runs, light, square] = [0, 0, 0, 0, 0, 0, 0];
  const lobe = [0, 0, 0];
  const under = [0, 0, 0];
  for (let k = 0; k < aside.length; k++) {
    const far = aside[k] * aside[k];
    if (far + up[k] * up[k] < DISC * DISC) {
      discs++;
      for (let c = 0; c < 3; c++) lobe[c] += data[3 * k + c];
    }
    if (far + (up[k] + BELOW) ** 2 < DISC * DISC) {
      belows++;
      for (let c = 0; c < 3; c++) under[c] += data[3 * k + c];
    }
    const ear = aside[k] > EAR_ASIDE[0] && aside[k] < EAR_ASIDE[1] && up[k] > EAR_UP[0] && up[k] < EAR_UP[1];
    if (!ear) continue;
    ears++;
    hair += likeHair[k];
    runs += Math.abs(slope(data, width, height, k, false)) - Math.abs(slope(data, width, height, k, true));
    light += soft[k];
    square += soft[k] * soft[k];
  }
  if (ears === 0 || discs === 0 || belows === 0) return 0;
  for (let c = 0; c < 3; c++) {
    lobe[c] /= discs;
    under[c] /= belows;
  }
  const other = Math.hypot(lobe[1] - under[1], lobe[2] - under[2]) / CHROMA_SPREAD;
  const folds = Math.sqrt(Math.max(square / ears - (light / ears) ** 2, 0));
  let total =
    USUAL +
    RIM * Math.min(rim, CLEAREST_RIM) +
    (HAIRS_COLOUR * hair) / ears +
    (RUNS_DOWN * runs) / ears +
    FOLDS * Math.log(folds + LEAST_FOLDS) +
    OTHER_BELOW * Math.min(other, MOST_OTHER);
  if (cheek) {
    const length = Math.max(Math.hypot(cheek[1], cheek[2]), 1e-3);
    const turned = Math.abs(lobe[1] * cheek[2] - lobe[2] * cheek[1]) / length / CHROMA_SPREAD;
    total += OTHER_HUE * Math.min(turned, MOST_HUE);
    total += OTHER_LIGHT * Math.min(Math.abs(lobe[0] - cheek[0]), MOST_LIGHT);
  }
  return smoothstep(COVERED, SHOWS, total);
}

/**
 * Sobel's slope of the first feature at a pixel.
 * @param {Float32Array} data features @param {number} width @param {number} height
 * @param {number} k @param {boolean} down
 */
function slope(data, width, height, k, down) {
  const [x, y] = [k % width, Math.floor(k / width)];
  let sum = 0;
  for (let step = -1; step <= 1; step++) {
    const weight = step === 0 ? 2 : 1;
    sum += down
      ? weight * (light(x + step, y + 1) - light(x + step, y - 1))
      : weight * (light(x + 1, y + step) - light(x - 1, y + step));
  }
  return sum;
  /** @param {number} column @param {number} row */
  function light(column, row) {
    const inColumn = column < 0 ? 1 : column >= width ? width - 2 : column;
    const inRow = row < 0 ? 1 : row >= height ? height - 2 : row;
    return data[3 * (inRow * width + inColumn)];
  }
}
