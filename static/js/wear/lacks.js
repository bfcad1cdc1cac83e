/** What a picture lacks for a piece to be worn: read off what was seen and solved in it. */
import { faceHeightPx } from '../tryon/faceTracks.js';
import { palmLengthPx } from '../tryon/tracks.js';

/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {import('./types.js').Lack} Lack */
/** @typedef {import('./types.js').Anchor} Anchor */
/** @typedef {import('../tryon/types.js').Frame} Frame */
/** @typedef {import('../tryon/types.js').Layer} Layer */
/** @typedef {import('../tryon/types.js').WornPiece} WornPiece */
/** @typedef {{ asked: Asked, anchor: Anchor }} Wanted */

/** Worst first, as they are told. */
const ORDER = /** @type {const} */ ([
  'nobody', 'dark', 'cut-off', 'near', 'far', 'wrong-side', 'moving', 'covered', 'own-jewellery',
]);
const SAMPLES = 1200; // pixels that tell how light a picture is
const DARK = 45; // of 255: nine tenths of a picture are darker than this
// Shares of the picture's shorter side: of a palm's length and of a face's height.
const [FAR_PALM, NEAR_PALM] = [0.11, 0.62];
const [FAR_FACE, NEAR_FACE] = [0.16, 0.85];
const FAST = 1.6; // sizes of what is followed, a second, beyond which a camera blurs it
const OUTSIDE = 0.15; // share of a hand's joints beyond the border
const SHOWN = 0.5; // opacity from which a piece is worn
const [STAYS_MS, GOES_MS] = [400, 250]; // that something lacks before it is told, and is there before it is not

/** What is told of one stream, or of single photos. */
export class Lacks {
  /** @type {Map<Lack, { since: number, seen: number }>} */ #known = new Map();
  /** @type {{ middle: number[], size: number, timeMs: number } | null} */ #last = null;

  /** @param {readonly Wanted[]} wanted @param {boolean} streaming */
  constructor(wanted, streaming) {
    this.wanted = wanted;
    this.streaming = streaming;
  }

  /**
   * What lacks, worst first.
   * @param {Frame} frame @param {readonly Layer[]} layers
   * @returns {Lack[]}
   */
  of(frame, layers) {
    const found = this.#found(frame, layers);
    if (!this.streaming) return ORDER.filter((lack) => found.has(lack));
    const now = frame.timeMs;
    for (const lack of found) {
      const known = this.#known.get(lack) ?? { since: now, seen: now };
      this.#known.set(lack, { ...known, seen: now });
    }
    for (const [lack, { seen }] of this.#known) if (now - seen > GOES_MS) this.#known.delete(lack);
    return ORDER.filter((lack) => now - (this.#known.get(lack)?.since ?? Infinity) >= STAYS_MS);
  }

  /** @param {Frame} frame @param {readonly Layer[]} layers */
  #found(frame, layers) {
    /** @type {Set<Lack>} */ const found = new Set();
    if (isDark(frame.image)) found.add('dark');
    const body = bodyOf(this.wanted, frame);
    if (!body) {
      this.#last = null;
      return found.add('nobody');
    }
    const moved = this.#moved(body, frame.timeMs);
    if (this.streaming && moved > FAST) found.add('moving');
    const side = Math.min(frame.image.width, frame.image.height);
    const [far, near] = body.kind === 'hand' ? [FAR_PALM, NEAR_PALM] : [FAR_FACE, NEAR_FACE];
    if (body.size < far * side) found.add('far');
    if (body.size > near * side) found.add('near');
    if (body.outside > OUTSIDE) found.add('cut-off');
    if (layers.some(({ ownBands = 0 }) => ownBands > 0)) found.add('own-jewellery');
    const pieces = layers.flatMap((layer) => layer.pieces);
    if (pieces.some(isShown)) return found;
    if (turnedAway(this.wanted, frame, pieces)) found.add('wrong-side');
    else if (pieces.some((piece) => leaves(piece, frame))) found.add('cut-off');
    else if (found.size === 0) found.add('covered');
    return found;
  }

  /** Sizes a second. @param {{ middle: number[], size: number }} body @param {number} timeMs */
  #moved({ middle, size }, timeMs) {
    const last = this.#last;
    this.#last = { middle, size, timeMs };
    if (!last || timeMs <= last.timeMs) return 0;
    const way = Math.hypot(middle[0] - last.middle[0], middle[1] - last.middle[1]);
    return way / size / ((timeMs - last.timeMs) / 1e3);
  }
}

/** @param {import('../tryon/image.js').Picture} image */
function isDark({ data, channels }) {
  const step = channels * Math.max(Math.floor(data.length / channels / SAMPLES), 1);
  let [dark, count] = [0, 0];
  for (let k = 0; k + 2 < data.length; k += step, count++) {
    if (0.2126 * data[k] + 0.7152 * data[k + 1] + 0.0722 * data[k + 2] < DARK) dark++;
  }
  return dark > 0.9 * count;
}

/**
 * The hand or the face that is to wear something, the largest; null where nobody is there.
 * @param {readonly Wanted[]} wanted @param {Frame} frame
 */
function bodyOf(wanted, { seen, image: { width, height } }) {
  const onHand = wanted.some(({ anchor }) => anchor === 'finger' || anchor === 'wrist');
  const hands = onHand ? seen.hands.map(({ pointsPx }) => ({ kind: 'hand', pointsPx, size: palmLengthPx(pointsPx) })) : [];
  const onHead = wanted.some(({ anchor }) => anchor === 'ear' || anchor === 'neck');
  const faces = onHead ? seen.faces.map(({ pointsPx }) => ({ kind: 'face', pointsPx, size: faceHeightPx(pointsPx) })) : [];
  if ((onHand && !hands.length && !onHead) || (onHead && !faces.length && !onHand)) return null;
  const [largest] = [...hands, ...faces].sort((a, b) => b.size - a.size);
  if (!largest) return null;
  const { kind, pointsPx, size } = largest;
  const count = pointsPx.length / 2;
  let [x, y, outside] = [0, 0, 0];
  for (let k = 0; k < pointsPx.length; k += 2) {
    x += pointsPx[k] / count;
    y += pointsPx[k + 1] / count;
    const inside = pointsPx[k] >= 0 && pointsPx[k + 1] >= 0 && pointsPx[k] <= width && pointsPx[k + 1] <= height;
    if (!inside) outside += 1 / count;
  }
  return { kind, size, middle: [x, y], outside };
}

/** @param {WornPiece} piece */
const isShown = ({ worn }) => worn.some(({ opacity }) => opacity >= SHOWN);

/** Whether a piece's place is beyond the border. @param {WornPiece} piece @param {Frame} frame */
function leaves({ placement: { centerPx: [x, y], widthPx } }, { image: { width, height } }) {
  return Math.min(x, y, width - x, height - y) < 0.5 * widthPx;
}

/**
 * Whether the other hand, the palm or the other ear is shown.
 * @param {readonly Wanted[]} wanted @param {Frame} frame @param {readonly WornPiece[]} pieces
 */
function turnedAway(wanted, { seen }, pieces) {
  const otherHand = wanted.every(
    ({ asked: { hand }, anchor }) =>
      (anchor === 'finger' || anchor === 'wrist') && hand && seen.hands.every((each) => each.hand !== hand),
  );
  if (otherHand && wanted.length) return true;
  return pieces.length > 0 && pieces.every(({ placement: { side, anchor } }) => side === 'palmar' || anchor === 'ear');
}
