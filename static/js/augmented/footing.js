/**
 * How a piece stands on a table: as it stands in its pictures, and what hangs there as it hangs, so that
 * its lowest point touches. World: the stage's, y up; the piece turns about the vertical.
 */
import { Vector3 } from 'three';
import { turned } from '../viewer/camera.js';

/** @typedef {import('../viewer/piece.js').Piece} Piece */

const ROOM = 0.015; // metres that a shadow reaches beyond what casts it

/** Where the parts of a piece are, and what they stand on. */
export class Footing {
  #placed;

  /** @param {Piece} piece */
  constructor(piece) {
    this.#placed = piece.placed(0);
    const { min, max } = piece.bounds(this.#placed);
    const axes = piece.shown.map((/** @type {{axis: number}} */ one) => one.axis);
    /** What is put on the surface. */
    this.foot = new Vector3((Math.min(...axes) + Math.max(...axes)) / 2, min.y, 0);
    const reach = (/** @type {number} */ x, /** @type {number} */ z) => Math.hypot(x - this.foot.x, z);
    /** Of the circle it turns in, metres. */
    this.radius = Math.max(reach(min.x, min.z), reach(max.x, min.z), reach(min.x, max.z), reach(max.x, max.z));
    this.height = max.y - min.y;
    /** Half the side of the square that takes its shadow, metres. */
    this.half = this.radius + ROOM;
  }

  /**
   * World from model, as it is turned; a pair turns together.
   * @param {number} turn radians
   */
  placed(turn) {
    return this.#placed.map((matrix) => turned(matrix, this.foot.x, turn));
  }

  /** Corners of all that is drawn, its shadow too. @returns {Vector3[]} */
  get corners() {
    const { foot, half, height } = this;
    const reach = half * Math.SQRT2; // however it is turned
    return [-reach, reach].flatMap((x) =>
      [0, height].flatMap((y) => [-reach, reach].map((z) => new Vector3(foot.x + x, foot.y + y, foot.z + z))),
    );
  }
}
