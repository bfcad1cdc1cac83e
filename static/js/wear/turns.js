/**
 * Whether hands and faces are looked for in a frame. What is seen is followed in every frame, since jewels
 * lie on the very frame that they were solved in; what has not been there for a while is only looked for
 * now and then, so that who wears rings and earrings and holds no hand up pays for the face alone.
 */

/** @typedef {'hands' | 'faces'} Kind */

const GONE = 4; // looks in a row that see nothing, after which it is not there
const EVERY = 3; // frames, between two looks for what is not there
const LONGEST_MS = 400; // between two of them: where frames are slow, whoever comes waits no longer
const FIRST = { hands: 0, faces: 1 }; // of those frames, so that both do not fall into one

/** Of one stream in which both are worn on. */
export class Turns {
  #frames = 0;
  #nowMs = 0;
  /** @type {Record<Kind, number>} looks in a row that saw nothing */ #empty = { hands: 0, faces: 0 };
  /** @type {Record<Kind, number>} when the last look was */ #lookedMs = { hands: 0, faces: 0 };

  /** Another frame. @param {number} timeMs */
  next(timeMs) {
    this.#frames += 1;
    this.#nowMs = timeMs;
  }

  /**
   * What a look sees, where it is time for one; nothing else.
   * @template Found
   * @param {Kind} kind
   * @param {() => Found[]} look
   * @returns {Found[]}
   */
  seen(kind, look) {
    const due = this.#frames % EVERY === FIRST[kind] || this.#nowMs - this.#lookedMs[kind] >= LONGEST_MS;
    if (this.#empty[kind] >= GONE && !due) return [];
    this.#lookedMs[kind] = this.#nowMs;
    const found = look();
    this.#empty[kind] = found.length ? 0 : this.#empty[kind] + 1;
    return found;
  }
}
