/** What is worn in the fitting room now, and what was before: as the mirror, the server and comparing want it. */
import { Places } from './places.js';

/** @typedef {import('./compare.js').Design} Design */
/** @typedef {import('./keeping.js').Keeping} Keeping */
/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./visit.js').WornPiece} WornPiece */

const DESIGNS = 6; // that are remembered to be compared

/** @param {Asked[] | null} asked */
const hashes = (asked) => (asked ?? []).map(({ hash }) => hash).join();

export class Wardrobe {
  /** @type {Asked[]} */ asked = [];
  /** @type {Design[]} the last first: the first is worn now */ designs = [];

  /**
   * @param {Visit} visit
   * @param {Keeping} keeping
   * @param {() => void} changed where a piece is worn was changed
   */
  constructor({ told, pieces }, keeping, changed) {
    this.pieces = pieces;
    this.places = new Places(told, pieces, keeping, changed);
  }

  /** Every product that is worn, for the name of a file. */
  get name() {
    return [...new Set(this.pieces.map(({ product }) => product))].join('-');
  }

  /** What is worn, where it is worn now. */
  dress() {
    this.asked = this.places.asked(this.pieces);
    const words = this.pieces.map(({ description }) => description ?? '').filter(Boolean).join(' · ');
    const others = this.designs.filter(({ asked }) => hashes(asked) !== hashes(this.asked));
    this.designs = [{ asked: this.asked, words }, ...others].slice(0, DESIGNS);
    return this.asked;
  }

  /** The same as the server takes it. */
  get helped() {
    const [first, ...rest] = this.pieces;
    const also = rest.map((piece, k) => {
      const { hand, ear, ...place } = this.places.place(k + 1);
      return { product: piece.product, options: piece.options, ...place, hand: hand === 'any' ? null : hand, ear: ear === 'both' ? null : ear };
    });
    return { product: first.product, options: first.options, place: this.places.place(0), also };
  }
}
