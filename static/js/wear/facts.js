/**
 * What a piece tells of how it is worn, as the solver takes it: read from tryon/worn_facts.py's JSON.
 *
 * A solver knows a form of a piece by its `Model`; `drawnOf` tells how that form is drawn out of the
 * piece's one file.
 */
import { multiply3 } from '../tryon/linalg.js';

/** @typedef {import('./types.js').DrawnWorn} DrawnWorn */
/** @typedef {import('./types.js').Laid} Laid */
/** @typedef {import('./types.js').Model} Model */
/** @typedef {import('../tryon/types.js').Hung} Hung */
/** @typedef {import('../tryon/types.js').Worn} Worn */
/** @typedef {import('../tryon/types.js').WristForm} WristForm */
/** @typedef {import('../tryon/anchors/hanging.js').Loop} Loop */
/** @typedef {import('../tryon/drape.js').Draped} Draped */
/** @typedef {import('../tryon/drape.js').Strung} Strung */

/**
 * How a form is drawn.
 * @typedef {object} Drawing
 * @property {string} file
 * @property {boolean} mirrored
 * @property {'all' | 'links' | 'hanging'} shows
 * @property {Laid | null} laid
 * @property {boolean} turned half about the line that it faces along: charms on the chain's other side
 */

const MICROMETRE = 1e-6;
const HALF_TURN = [-1, 0, 0, 0, -1, 0, 0, 0, 1];

/** @type {WeakMap<Model, Drawing>} */
const drawings = new WeakMap();
/** @type {WeakMap<Draped, Laid>} */
const layings = new WeakMap();
let lastLaid = 0;
const nextLaid = () => (lastLaid += 1);

/**
 * The model of a piece, with all its forms.
 * @param {any} facts as the service tells them
 * @param {string} file absolute address of the viewer's file
 * @returns {Model}
 */
export function modelOf(facts, file) {
  const { anchor, inner_diameter: innerDiameter } = facts;
  /** @param {Partial<Drawing>} [how] @param {readonly import('../tryon/anchors/stack.js').Mesh[]} [parts] */
  const form = (how = {}, parts = []) => {
    const made = { anchor, innerDiameter, parts };
    drawings.set(made, { file, mirrored: false, shows: 'all', laid: null, turned: false, ...how });
    return made;
  };
  if (facts.relief) return form({}, [meshOf(facts.relief)]);
  /** @type {Model} */ const model = form();
  if (facts.ears) model.hung = { left: hungOf(facts.ears.left, form), right: hungOf(facts.ears.right, form) };
  if (facts.wrist) model.wrist = wristOf(facts.wrist, form);
  if (facts.strung) model.strung = strungOf(facts.strung);
  return model;
}

/**
 * A solved jewel, its model named by its file.
 * @param {Worn} worn @returns {DrawnWorn}
 */
export function drawnOf({ model, draped, shows, cameraFromModel, size, ...placed }) {
  const drawing = /** @type {Drawing} */ (drawings.get(model));
  const { rotation, translation } = cameraFromModel;
  return {
    ...placed,
    file: drawing.file,
    mirrored: drawing.mirrored,
    shows: shows ?? drawing.shows,
    laid: draped ? laidBy(draped, /** @type {Strung} */ (model.strung)) : drawing.laid,
    size: draped ? 1 : size, // links are laid as large as they are worn
    cameraFromModel: drawing.turned ? { rotation: multiply3(rotation, HALF_TURN), translation } : cameraFromModel,
  };
}

/** The file of a model's forms. @param {Model} model */
export const fileOf = (model) => /** @type {Drawing} */ (drawings.get(model)).file;

/**
 * A ring seen along the finger, as points: of each cell the lowest and the highest.
 * @param {any} relief
 */
function meshOf({ cell, side, cells, low, high }) {
  const positions = new Float64Array(6 * low.length + 6);
  const half = (side - 1) / 2;
  let [at, taken, index, below, above] = [0, 0, 0, 0, 0];
  for (let run = 0; run < cells.length; run++) {
    for (let k = 0; k < cells[run]; k++, index++) {
      if (run % 2 === 0) continue; // skipped and taken in turns
      const [x, z] = [(Math.floor(index / side) - half) * cell, ((index % side) - half) * cell];
      below += low[taken];
      above += high[taken];
      positions.set([x, below * MICROMETRE, z, x, above * MICROMETRE, z], at);
      [at, taken] = [at + 6, taken + 1];
    }
  }
  return { positions: positions.subarray(0, at), triangles: [] };
}

/**
 * @param {any} told @param {(how?: Partial<Drawing>) => Model} form
 * @returns {Hung}
 */
function hungOf({ mirrored, swings, hinge, pendulum_length: pendulumLength, drop, turns }, form) {
  return {
    still: form({ mirrored, shows: swings ? 'links' : 'all' }),
    swinging: swings ? form({ mirrored, shows: 'hanging' }) : null,
    hinge,
    pendulumLength,
    drop,
    turns,
  };
}

/**
 * @param {any} told @param {(how?: Partial<Drawing>) => Model} form
 * @returns {import('../tryon/types.js').WristPiece}
 */
function wristOf({ section, wears, dial, lopsided, half_band: halfBand, below, even }, form) {
  /** @param {any} shape @param {Laid | null} laid @returns {WristForm} */
  const shaped = ({ loop, turned }, laid) => ({
    model: form({ laid }),
    loop,
    ...(turned && { turned: { model: form({ laid, turned: true }), loop: turned } }),
  });
  const asMade = shaped(below, null);
  return {
    section: { halfBreadth: section[0], halfDepth: section[1] },
    wears,
    dial,
    lopsided,
    halfBand,
    loop: below.loop,
    below: asMade,
    even: even ? shaped(even, { number: nextLaid(), links: turnedLinks(even.links), hung: null }) : asMade,
  };
}

/** @param {number[]} links (n, 3) turn about +y, x, z @returns {Float64Array} (n, 4, 4) */
function turnedLinks(links) {
  const out = new Float64Array((16 * links.length) / 3);
  for (let k = 0; k < links.length; k += 3) {
    const [c, s] = [Math.cos(links[k]), Math.sin(links[k])];
    out.set([c, 0, -s, links[k + 1], 0, 1, 0, 0, s, 0, c, links[k + 2], 0, 0, 0, 1], (16 * k) / 3);
  }
  return out;
}

/** @param {any} told @returns {Strung} */
function strungOf({ loop, links, outline, hangs_from: hangsFrom, hanging, middle, pendulum }) {
  return {
    loop,
    links: movedLinks(links),
    hangsFrom,
    hanging: Float64Array.from(hanging, (/** @type {number} */ value) => value * MICROMETRE),
    middle,
    ...(outline && { outline: Float64Array.from(outline) }),
    ...(pendulum && { pendulum }),
  };
}

/** Links that only stand where they stand. @param {number[]} places (n, 3) @returns {Float64Array} (n, 4, 4) */
function movedLinks(places) {
  const out = new Float64Array((16 * places.length) / 3);
  for (let k = 0; k < places.length; k += 3) {
    out.set([1, 0, 0, places[k], 0, 1, 0, places[k + 1], 0, 0, 1, places[k + 2], 0, 0, 0, 1], (16 * k) / 3);
  }
  return out;
}

/**
 * Where a necklace's links go from where they were built; the same for the same neck.
 * @param {Draped} draped @param {Strung} strung
 * @returns {Laid | null} null: it stays as it was built
 */
function laidBy(draped, strung) {
  if (!strung.loop) return null;
  let laid = layings.get(draped);
  if (laid) return laid;
  const links = Float64Array.from(draped.links);
  for (let k = 0; k < links.length; k += 16) {
    const [x, y, z] = [strung.links[k + 3], strung.links[k + 7], strung.links[k + 11]];
    for (let row = k; row < k + 12; row += 4) {
      links[row + 3] -= links[row] * x + links[row + 1] * y + links[row + 2] * z;
    }
  }
  laid = { number: nextLaid(), links, hung: draped.hung };
  layings.set(draped, laid);
  return laid;
}
