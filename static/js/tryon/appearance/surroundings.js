/**
 * What a jewel takes on of the picture about it: its light and its grain, followed in a stream.
 * Twin of tryon/appearance/surroundings.py.
 */
import { measureGrain } from './grain.js';
import { lightAt, lightingOf, readAbout, readLight, readShade, smoothLight } from './light.js';

/** @typedef {import('../anchors/canonical.js').CanonicalFace} CanonicalFace */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').Layer} Layer */
/** @typedef {import('../types.js').Placement} Placement */
/** @typedef {import('../../wear/types.js').Light} Light */
/** @typedef {import('./grain.js').Grain} Grain */
/** @typedef {import('./light.js').Read} Read */
/** @typedef {import('./light.js').Shade} Shade */

const LIGHT_EVERY = 6; // frames of a stream: light changes slowly
const LIGHT_REACH = 0.8; // jewel widths about the jewel in which skin tells the light there
const GRAIN_EVERY = 20;
const LEAST_GRAIN_REACH_PX = 40;
const GRAIN_REACH = 2.5; // jewel widths about the jewel in which the picture's grain is measured

/**
 * What a stream remembers of the surroundings of one hand, ear or neck.
 * @typedef {object} Followed
 * @property {Read | null} light
 * @property {Shade | null} shade the first half of a reading, made on the frame before
 * @property {number} lightTimeMs
 * @property {number} framesToLight
 * @property {Grain | null} grain
 * @property {number} framesToGrain
 */

/** Reads light and grain for each layer of one stream, or of single photos. */
export class Surroundings {
  /** @type {Map<string, Followed>} */ #followed = new Map();

  /**
   * @param {CanonicalFace | null} face of the mean head; without it faces tell no light
   * @param {boolean} streaming frames follow one another: what is read is followed slowly
   */
  constructor(face, streaming) {
    this.face = face;
    this.streaming = streaming;
  }

  /**
   * The light for one layer: as it is read at its first jewel; null where nothing tells it.
   * @param {{ image: Picture, timeMs: number }} frame
   * @param {Pick<Layer, 'pieces' | 'seenOn'>} layer
   * @returns {Light | null}
   */
  light(frame, { pieces, seenOn }) {
    if (!seenOn || !pieces.length) return null;
    const { placement } = pieces[0];
    const grain = this.#grain(frame.image, placement);
    return { ...lightingOf(this.#read(frame, seenOn, placement)), shadow: 1, ...grain };
  }

  /** @param {Picture} image @param {Placement} placement */
  #grain(image, placement) {
    if (!this.streaming) return measureGrain(image, about(placement));
    const followed = this.#following(placement);
    followed.framesToGrain -= 1;
    if (!followed.grain || followed.framesToGrain <= 0) {
      followed.grain = measureGrain(image, about(placement));
      followed.framesToGrain = GRAIN_EVERY;
    }
    return followed.grain;
  }

  /**
   * @param {{ image: Picture, timeMs: number }} frame
   * @param {NonNullable<Layer['seenOn']>} seenOn
   * @param {Placement} placement
   * @returns {Read}
   */
  #read({ image, timeMs }, seenOn, placement) {
    if (!this.streaming) return near(readLight(image, seenOn, this.face), image, placement);
    const followed = this.#following(placement);
    followed.framesToLight -= 1;
    if (followed.light && followed.framesToLight === 1) {
      followed.shade = readShade(image, seenOn, this.face);
    } else if (!followed.light || followed.framesToLight <= 0) {
      const shade = followed.shade ?? readShade(image, seenOn, this.face);
      followed.shade = null;
      const read = near(readAbout(shade, image, seenOn), image, placement);
      // the second look comes earlier for each place: not all fall into one frame
      const early = followed.light ? 0 : (2 * this.#followed.size) % LIGHT_EVERY;
      followed.light = smoothLight(followed.light, read, (timeMs - followed.lightTimeMs) / 1e3);
      followed.lightTimeMs = timeMs;
      followed.framesToLight = LIGHT_EVERY - early;
    }
    return followed.light;
  }

  /** @param {Placement} placement @returns {Followed} */
  #following({ anchor, hand, ear }) {
    const place = `${anchor} ${hand} ${ear}`;
    const known = this.#followed.get(place) ?? {
      light: null, shade: null, lightTimeMs: 0, framesToLight: 0, grain: null, framesToGrain: 0,
    }; // prettier-ignore
    this.#followed.set(place, known);
    return known;
  }
}

/** The light of a body at one jewel. @param {Read} light @param {Picture} image @param {Placement} placement */
const near = (light, image, { centerPx, widthPx }) => lightAt(light, image, centerPx, LIGHT_REACH * widthPx);

/** @param {Placement} placement @returns {import('../types.js').PixelRegion} */
function about({ centerPx: [x, y], widthPx }) {
  const reach = Math.max(GRAIN_REACH * widthPx, LEAST_GRAIN_REACH_PX);
  const side = Math.round(2 * reach);
  return { x: Math.round(x - reach), y: Math.round(y - reach), width: side, height: side };
}
