/** What was chosen, step after step: taken back and done again. */

/** @template Step */
export class Timeline {
  /** @type {Step[]} */ #steps;
  #at = 0;

  /** @param {Step} first */
  constructor(first) {
    this.#steps = [first];
  }

  get now() {
    return this.#steps[this.#at];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#steps.length - 1;
  }

  /**
   * A new step; what had been taken back is forgotten.
   * @param {Step} step
   * @param {boolean} [instead] of the one that is shown
   */
  push(step, instead = false) {
    if (!instead) this.#at += 1;
    this.#steps.splice(this.#at);
    this.#steps.push(step);
  }

  /** One step back; stays at the first. */
  undo() {
    this.#at = Math.max(this.#at - 1, 0);
    return this.now;
  }

  /** One step forward again; stays at the last. */
  redo() {
    this.#at = Math.min(this.#at + 1, this.#steps.length - 1);
    return this.now;
  }
}
