/**
 * The colours of a skin and of a head of hair, as one image shows them.
 *
 * Colours are compared by what shading leaves alone, a* and b* over the lightness; along its own
 * hue a colour may differ as far as its lightness explains. Twin of tryon/covers/tones.py.
 */
import { besideJawPoints, faceSkinPoints, hairPoints, handSkinPoints, neckPoints } from '../appearance/skinSamples.js';
import { field, picture, roundEven } from '../image.js';
import { labOf8 } from '../lab.js';
import { PERSON_TO, personAt } from './masks.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */

/**
 * The colours of one person's skin as this image shows them.
 * @typedef {object} SkinTone
 * @property {number[][]} colours log(L* + 16), a* / (L* + 16), b* / (L* + 16)
 * @property {number} trust 0..1: whether the samples agree that they show one skin
 */

const COLOURS = 4; // of one skin: lit, shaded, red, pale
const ROUNDS = 4; // of their search
const USUAL = 1.9; // spreads from the other samples beyond which one is hair, a brow or glasses
const DEEPEST = 0.85; // shade that is looked for on a neck, natural logarithm of L* + 16
const COLOURFUL = 0.6; // of the usual saturation; paler places are highlights
const [EXPLAINED, LEAST_EXPLAINED] = [3, 0.25]; // spreads at which shade explains a colour; of how many
/** Of one skin in one light; a* or b* over L* + 16. */
export const CHROMA_SPREAD = 0.034;
const CHROMA_NOISE = 1.6; // grey levels of Lab: dark colours are uncertain
const [LIGHTER_SPREAD, DARKER_SPREAD] = [0.25, 0.32]; // natural logarithms of L* + 16
const [SATURATES, SHADE] = [1.6, 0.8]; // growth of saturation with darkness, and its end
const PALES = 1.5; // its fall in lighter skin
const LEAST_HAIR = 0.3; // of the places above a forehead that must not look like skin
const LENGTHS = 0.5; // of the places beside a jaw that show neither skin nor the hair above the forehead

/** @type {SkinTone} */
const UNKNOWN = { colours: [[0, 0, 0]], trust: 0 };

/**
 * Learn a skin from places that surely show it; some may still be hair or outside the image.
 * @param {Picture} image @param {number[][]} points pixels
 * @param {number[][]} perhaps where skin lies in shade, or something else: colours that a shade of
 *     this skin explains join it
 * @returns {SkinTone}
 */
export function skinTone(image, points, perhaps = []) {
  const samples = samplesOf(image, points);
  if (samples.length < COLOURS) return UNKNOWN;
  const usual = medianOf(samples);
  let kept = samples;
  for (let round = 0; round < ROUNDS; round++) {
    const tone = { colours: round === 0 ? [usual] : few(kept), trust: 1 };
    kept = samples.filter(
      (sample) =>
        apartFrom(sample, tone) < USUAL ** 2 && saturation(sample) > COLOURFUL * saturation(usual),
    );
    if (kept.length < COLOURS) return { colours: [usual], trust: 0 };
  }
  const tone = { colours: few(kept), trust: Math.min(1, (1.5 * kept.length) / points.length) };
  const others = samplesOf(image, perhaps).filter(
    (sample) =>
      apartFrom(sample, tone) < EXPLAINED ** 2 &&
      Math.abs(sample[0] - usual[0] + DEEPEST / 2) < DEEPEST / 2,
  );
  if (perhaps.length === 0 || others.length < LEAST_EXPLAINED * perhaps.length) return tone;
  return { colours: [...tone.colours, ...few(others)], trust: tone.trust };
}

/** The skin of a face and of the neck in its shade. @param {Picture} image @param {FaceLandmarks} face */
export const faceTone = (image, face) => skinTone(image, faceSkinPoints(face), neckPoints(face));

/** The skin of a hand. @param {Picture} image @param {import('../types.js').HandLandmarks} hand */
export const handTone = (image, hand) => skinTone(image, handSkinPoints(hand));

/**
 * Learn the colours of the hair above a forehead; of a hat, where one is worn.
 * @param {Picture} image @param {FaceLandmarks} face of the wearer
 * @param {SkinTone} tone of the wearer's skin
 * @param {import('../types.js').PersonMask | null} [person] where people are
 * @returns {SkinTone} with trust 0 where no hair was found, as on a bald head
 */
export function hairTone(image, face, tone, person) {
  let points = hairPoints(face);
  if (person) points = points.filter(([x, y]) => personAt(person, x, y, image.width, image.height) > PERSON_TO);
  const samples = samplesOf(image, points);
  const strange = samples.filter((sample) => apartFrom(sample, tone, false) > USUAL ** 2);
  if (strange.length < Math.max(COLOURS, LEAST_HAIR * samples.length)) return UNKNOWN;
  return { colours: few(strange), trust: strange.length / samples.length };
}

/**
 * The colours of a head of hair and of its lengths beside the jaw, where those are others.
 *
 * Roots grow out, hands or a cap hide the hair above a forehead. Without a person mask the background
 * beside a face cannot be told from hair, and nothing is added.
 * @param {Picture} image @param {FaceLandmarks} face
 * @param {SkinTone} tone of the wearer's skin @param {SkinTone} hair by `hairTone`
 * @param {import('../types.js').PersonMask | null} [person]
 * @returns {SkinTone}
 */
export function withLengths(image, face, tone, hair, person) {
  const points = besideJawPoints(face);
  if (!person || points.length === 0) return hair;
  const onPerson = points.filter(([x, y]) => personAt(person, x, y, image.width, image.height) > PERSON_TO);
  const known = hair.trust > 0;
  const other = samplesOf(image, onPerson).filter(
    (sample) =>
      apartFrom(sample, tone) > USUAL ** 2 && !(known && apartFrom(sample, hair, false) <= USUAL ** 2),
  );
  const share = other.length / points.length;
  if (share < LENGTHS) return hair;
  return { colours: [...(known ? hair.colours : []), ...few(other)], trust: Math.max(hair.trust, share) };
}

/**
 * log(L* + 16), a* / (L* + 16), b* / (L* + 16); the last two ignore shading.
 * @param {Picture} image @returns {Field}
 */
export function features(image) {
  const lab = labOf8(image);
  const out = field(image.width, image.height, 3);
  const percent = Math.fround(100 / 255);
  for (let k = 0; k < lab.length; k += 3) {
    const light = Math.fround(Math.fround(lab[k] * percent) + 16);
    out.data[k] = Math.log(light);
    out.data[k + 1] = (lab[k + 1] - 128) / light;
    out.data[k + 2] = (lab[k + 2] - 128) / light;
  }
  return out;
}

/**
 * Median features about some pixels; null where all lie outside.
 * @param {Picture} image @param {number[][]} points
 */
export function usualColour(image, points) {
  const samples = samplesOf(image, points);
  return samples.length ? medianOf(samples) : null;
}

/**
 * Features at those points that lie inside, each over three by three pixels.
 * @param {Picture} image @param {number[][]} points @returns {number[][]}
 */
function samplesOf({ data, width, height, channels }, points) {
  const inside = points.filter(([x, y]) => x >= 1 && y >= 1 && x < width - 2 && y < height - 2);
  const means = picture(inside.length, 1);
  inside.forEach(([x, y], at) => {
    const [column, row] = [roundEven(x), roundEven(y)];
    for (let k = 0; k < 3; k++) {
      let sum = 0;
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          sum += data[((row + down) * width + column + right) * channels + k];
        }
      }
      means.data[3 * at + k] = roundEven(sum / 9);
    }
  });
  const seen = features(means).data;
  return inside.map((_, k) => [seen[3 * k], seen[3 * k + 1], seen[3 * k + 2]]);
}

/** @param {number[][]} samples */
function medianOf(samples) {
  return [0, 1, 2].map((k) => {
    const values = samples.map((sample) => sample[k]).sort((a, b) => a - b);
    const half = values.length >> 1;
    return values.length % 2 ? values[half] : 0.5 * (values[half - 1] + values[half]);
  });
}

/** @param {number[]} colour */
const saturation = (colour) => Math.hypot(colour[1], colour[2]);

const UNITS = [LIGHTER_SPREAD, CHROMA_SPREAD, CHROMA_SPREAD];

/**
 * Colours that stand for many: k-means from the quantiles of lightness.
 * @param {number[][]} samples
 */
function few(samples) {
  const spread = samples.map((sample) => sample.map((value, k) => value / UNITS[k]));
  const ordered = [...spread].sort((a, b) => a[0] - b[0]);
  const [least, more] = [Math.floor(samples.length / COLOURS), samples.length % COLOURS];
  let from = 0;
  let centres = Array.from({ length: COLOURS }, (_, k) => {
    const part = ordered.slice(from, (from += least + (k < more ? 1 : 0)));
    return meanOf(part);
  });
  for (let round = 0; round < ROUNDS; round++) {
    const members = /** @type {number[][][]} */ (centres.map(() => []));
    for (const sample of spread) {
      let [nearest, least] = [0, Infinity];
      centres.forEach((centre, k) => {
        const square = (sample[0] - centre[0]) ** 2 + (sample[1] - centre[1]) ** 2 + (sample[2] - centre[2]) ** 2;
        if (square < least) [nearest, least] = [k, square];
      });
      members[nearest].push(sample);
    }
    centres = centres.map((centre, k) => (members[k].length ? meanOf(members[k]) : centre));
  }
  return centres.map((centre) => centre.map((value, k) => value * UNITS[k]));
}

/** @param {number[][]} samples */
const meanOf = (samples) =>
  [0, 1, 2].map((k) => samples.reduce((sum, sample) => sum + sample[k], 0) / samples.length);

/** @type {WeakMap<SkinTone, Float64Array>} (k, 4) each colour and how saturated it is */
const saturated = new WeakMap();

/** @param {SkinTone} tone */
function saturatedOf(tone) {
  let known = saturated.get(tone);
  if (!known) {
    known = Float64Array.from(tone.colours.flatMap((colour) => [...colour, Math.max(saturation(colour), 1e-3)]));
    saturated.set(tone, known);
  }
  return known;
}

/**
 * Squared distance, in spreads, of one colour to the nearest of a tone's.
 * @param {ArrayLike<number>} seen features @param {SkinTone} tone
 * @param {boolean} shades darker may be as much more saturated as shaded skin is, lighter paler
 */
export const apartFrom = (seen, tone, shades = true) => nearest(seen, saturatedOf(tone), shades, 0);

/**
 * The same of every colour of a picture.
 * @param {Field} seen features @param {SkinTone} tone @param {boolean} shades
 * @returns {Float32Array}
 */
export function apart(seen, tone, shades = true) {
  const out = new Float32Array(seen.width * seen.height);
  const colours = saturatedOf(tone);
  for (let k = 0; k < out.length; k++) out[k] = nearest(seen.data, colours, shades, 3 * k);
  return out;
}

/**
 * @param {ArrayLike<number>} seen features @param {Float64Array} colours as of `saturatedOf`
 * @param {boolean} shades @param {number} at of the colour's first feature
 */
function nearest(seen, colours, shades, at) {
  const light = seen[at];
  const a = seen[at + 1];
  const b = seen[at + 2];
  const noise = CHROMA_NOISE * Math.exp(-light);
  const precision = 1 / (CHROMA_SPREAD * CHROMA_SPREAD + noise * noise);
  let least = Infinity;
  for (let k = 0; k < colours.length; k += 4) {
    const own = colours[k + 3];
    const darker = colours[k] - light;
    let along = (colours[k + 1] * a + colours[k + 2] * b) / own - own; // along the hue, and across it
    const across = (colours[k + 2] * a - colours[k + 1] * b) / own;
    if (shades) {
      const low = darker < 0 ? PALES * own * darker : 0;
      const high = darker > 0 ? SATURATES * own * (darker < SHADE ? darker : SHADE) : 0;
      along -= along < low ? low : along > high ? high : along;
    }
    const shade = darker > 0 ? darker / DARKER_SPREAD : darker / LIGHTER_SPREAD;
    const square = (along * along + across * across) * precision + shade * shade;
    if (square < least) least = square;
  }
  return least;
}

/** The light of features. @param {Field} seen @returns {Float32Array} */
export function lightOf({ data, width, height }) {
  const out = new Float32Array(width * height);
  for (let k = 0; k < out.length; k++) out[k] = data[3 * k];
  return out;
}
