/** The slow looks at an image: bodies below faces, and where people are. Twin of tryon/nets/heavy.py. */
import { PersonFinder, outlineMask } from './person.js';
import { PoseFinder } from './pose.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('./pose.js').Body} Body */
/** @typedef {import('./pose.js').Run} Run */

/**
 * What is looked for.
 * @typedef {{ bodies: boolean, person: boolean }} Looks
 */

/** @typedef {{ bodies: BodyLandmarks[], person: PersonMask | null }} SlowlySeen */

const [STREAM_BODIES, PHOTO_BODIES] = [1, 4];

/** Looks for bodies and people in frames that follow one another, or in single photos. */
export class HeavyNets {
  #pose;
  #people;

  /**
   * @param {Record<'bodies' | 'person', Run | null>} nets what set-up obtained
   * @param {boolean} streaming one quick look at the largest person; otherwise several at up to 4
   */
  constructor({ bodies, person }, streaming) {
    this.#pose = bodies && new PoseFinder(bodies, streaming);
    this.#people = person && new PersonFinder(person, streaming);
    this.streaming = streaming;
  }

  /**
   * The bodies and people of one image.
   * @param {Picture} image @param {readonly FaceLandmarks[]} faces in it
   * @param {number} timeMs when it was taken @param {Looks} looks
   * @returns {SlowlySeen}
   */
  see(image, faces, timeMs, looks) {
    const bodies = looks.bodies ? this.#bodies(image, faces, timeMs) : [];
    const person = looks.person ? this.#person(image, faces, bodies, timeMs) : null;
    return { bodies: bodies.map(({ landmarks }) => landmarks), person };
  }

  /** @param {Picture} image @param {readonly FaceLandmarks[]} faces @param {number} timeMs */
  #bodies(image, faces, timeMs) {
    const pose = this.#pose;
    if (!pose) return [];
    const largest = [...faces].sort((a, b) => spread(b) - spread(a));
    const lookedAt = largest.slice(0, this.streaming ? STREAM_BODIES : PHOTO_BODIES);
    return lookedAt.flatMap((face) => {
      const others = faces.filter((one) => one !== face);
      return pose.find(image, face, others, timeMs) ?? [];
    });
  }

  /** @param {Picture} image @param {readonly FaceLandmarks[]} faces @param {Body[]} bodies @param {number} timeMs */
  #person(image, faces, bodies, timeMs) {
    if (this.#people) return this.#people.find(image, faces, bodies, timeMs);
    // a pose net knows one person: with others in view its outline would call them background
    const alone = faces.length > 0 && bodies.length === faces.length;
    return alone ? outlineMask(image, bodies, timeMs) : null;
  }
}

/** The longer side of what a face takes up, pixels. @param {FaceLandmarks} face */
function spread({ pointsPx }) {
  const sides = [0, 1].map((axis) => {
    const line = pointsPx.filter((_, k) => k % 2 === axis);
    return Math.max(...line) - Math.min(...line);
  });
  return Math.max(...sides);
}
