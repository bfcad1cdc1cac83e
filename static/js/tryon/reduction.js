/** Pictures and grids made smaller, each cell the mean of what it covers, with OpenCV's own results. */
import { picture, roundEven } from './image.js';

/** @typedef {import('./image.js').Picture} Picture */
/** @typedef {import('./image.js').Field} Field */

/**
 * What each cell of a smaller line covers of each cell of a larger one, in single precision.
 * @param {number} from @param {number} to
 * @returns {{ first: Int32Array, most: number, shares: Float32Array }} (to,), and (to, most)
 */
function covered(from, to) {
  const scale = from / to;
  const most = Math.ceil(scale) + 2;
  const first = new Int32Array(to);
  const shares = new Float32Array(to * most);
  for (let k = 0; k < to; k++) {
    const [start, end] = [k * scale, (k + 1) * scale];
    const cell = Math.min(scale, from - start);
    const last = Math.min(Math.floor(end), from - 1);
    const whole = Math.min(Math.ceil(start), last);
    const before = whole - start > 1e-3;
    first[k] = before ? whole - 1 : whole;
    let at = k * most;
    if (before) shares[at++] = (whole - start) / cell;
    for (let each = whole; each < last; each++) shares[at++] = 1 / cell;
    if (end - last > 1e-3) shares[at] = Math.min(end - last, 1, cell) / cell;
  }
  return { first, most, shares };
}

/**
 * Reduced to a smaller grid, each cell the mean of what it covers.
 * @param {ArrayLike<number>} data @param {number} width @param {number} height
 * @param {number} channels of the data, of which the first `kept` are kept
 * @param {number} toWidth @param {number} toHeight @param {number} kept
 * @returns {Float32Array} (toHeight, toWidth, kept)
 */
function reduced(data, width, height, channels, toWidth, toHeight, kept) {
  const columns = covered(width, toWidth);
  const rows = covered(height, toHeight);
  const [across, down] = [columns.most, rows.most];
  const line = kept * toWidth;
  const out = new Float32Array(line * toHeight);
  for (let y = 0; y < toHeight; y++) {
    for (let r = 0; r < down; r++) {
      const weight = rows.shares[y * down + r];
      if (weight === 0) break;
      const start = (rows.first[y] + r) * width;
      for (let x = 0, to = y * line; x < toWidth; x++) {
        const at = (start + columns.first[x]) * channels;
        for (let k = 0; k < kept; k++, to++) {
          let sum = 0;
          for (let c = 0, from = at + k; c < across; c++, from += channels) {
            const share = columns.shares[x * across + c];
            if (share === 0) break;
            sum = Math.fround(sum + Math.fround(data[from] * share));
          }
          out[to] += Math.fround(weight * sum);
        }
      }
    }
  }
  return out;
}

/**
 * Bytes reduced by area.
 * @param {Picture} image @param {number} width @param {number} height
 * @returns {Picture} of at most three channels
 */
export function reduced8(image, width, height) {
  const kept = Math.min(image.channels, 3);
  const out = { data: new Uint8Array(width * height * kept), width, height, channels: kept };
  const [across, down] = [image.width / width, image.height / height];
  if (Number.isInteger(across) && Number.isInteger(down)) {
    wholeReduced(image, across, down, out);
  } else {
    const means = reduced(image.data, image.width, image.height, image.channels, width, height, kept);
    for (let k = 0; k < means.length; k++) out.data[k] = roundEven(means[k]);
  }
  return out;
}

/**
 * A window of a picture, reduced by a whole number.
 * @param {Picture} image @param {import('./frames.js').PixelRegion} window
 * @param {number} factor of which the window's sides are multiples
 * @returns {Picture} RGB
 */
export function windowReduced8({ data, width, height, channels }, window, factor) {
  const out = picture(window.width / factor, window.height / factor);
  const from = data.subarray((window.y * width + window.x) * channels);
  wholeReduced({ data: from, width, height, channels }, factor, factor, out);
  return out;
}

/**
 * The same where each cell covers whole ones.
 * @param {Picture} image @param {number} across @param {number} down cells @param {Picture} out
 */
function wholeReduced({ data, width, channels }, across, down, out) {
  const share = Math.fround(1 / (across * down));
  const halves = across === 2 && down === 2; // OpenCV rounds these up
  const kept = out.channels;
  const sums = new Int32Array(out.width * kept);
  for (let y = 0; y < out.height; y++) {
    sums.fill(0);
    for (let r = 0; r < down; r++) {
      let at = (y * down + r) * width * channels;
      for (let to = 0; to < sums.length; to += kept) {
        let [red, green, blue] = [0, 0, 0];
        for (let c = 0; c < across; c++, at += channels) {
          red += data[at];
          if (kept === 1) continue;
          green += data[at + 1];
          blue += data[at + 2];
        }
        sums[to] += red;
        if (kept === 1) continue;
        sums[to + 1] += green;
        sums[to + 2] += blue;
      }
    }
    const line = y * sums.length;
    for (let k = 0; k < sums.length; k++) {
      out.data[line + k] = halves ? (sums[k] + 2) >> 2 : roundEven(Math.fround(sums[k] * share));
    }
  }
}

/**
 * Numbers reduced by area.
 * @param {Field} image @param {number} width @param {number} height
 * @returns {Float32Array} (height, width, channels)
 */
export function reducedField({ data, width: from, height: tall, channels }, width, height) {
  const [across, down] = [from / width, tall / height];
  const whole = channels === 1 && Number.isInteger(across) && Number.isInteger(down);
  if (!whole) return reduced(data, from, tall, channels, width, height, channels);
  const out = new Float32Array(width * height);
  for (let y = 0; y < tall; y++) {
    const to = Math.floor(y / down) * width;
    for (let x = 0, at = y * from; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < across; k++) sum += data[at++];
      out[to + x] += sum;
    }
  }
  for (let k = 0; k < out.length; k++) out[k] /= across * down;
  return out;
}
