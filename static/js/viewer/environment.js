/** The studio's light as the server prefiltered it: textures, harmonics, the key. */
import {
  DataTexture,
  HalfFloatType,
  LinearFilter,
  LinearMipmapNearestFilter,
  RGBAFormat,
} from 'three';
import { orphan } from './kept.js';
import { half, levelSteps } from './unpack.js';

const ONE = half(1);

/** The light of the viewer. */
export class Environment {
  /** @param {ArrayBuffer} data the file of viewer/web/environment_file.py */
  constructor(data) {
    const length = new DataView(data).getUint32(0, true);
    this.head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    const planes = new Uint8Array(data, 4 + length);
    const { metals, stones } = this.head;
    const sixth = metals.reduce((/** @type {number} */ sum, /** @type {number} */ n) => sum + n * n, 0);
    this.metals = texture(this.head, planes, metals);
    this.stones = texture(this.head, planes.subarray(6 * sixth), stones);
    this.irradiance = Float32Array.from(this.head.irradiance);
    /** @type {Record<string, string>} */
    this.defines = {
      ENVIRONMENT_SIZE: `${this.head.size}.0`,
      ENVIRONMENT_LAST_LEVEL: `${this.head.last_level}.0`,
    };
  }

  /** Lets go of what a lost context held. */
  forget() {
    orphan(this.metals, this.stones);
  }

  /** Gives the driver its memory back. */
  dispose() {
    this.metals.dispose();
    this.stones.dispose();
  }
}

/**
 * @param {{steps: number, floor: number, size: number}} head
 * @param {Uint8Array} planes
 * @param {number[]} sides of the levels
 */
function texture(head, planes, sides) {
  let at = 0;
  const mipmaps = sides.map((side, level) => {
    const steps = levelSteps(planes.subarray(at, (at += 6 * side * side)), side);
    const wanted = head.size >> level;
    const data = side === wanted ? texels(steps, head) : enlarged(steps, side, wanted, head);
    return { data, width: wanted, height: wanted };
  });
  const { size } = head;
  const made = new DataTexture(mipmaps[0].data, size, size, RGBAFormat, HalfFloatType);
  made.mipmaps = /** @type {any} */ (mipmaps);
  made.generateMipmaps = false;
  made.minFilter = LinearMipmapNearestFilter;
  made.magFilter = LinearFilter;
  made.needsUpdate = true;
  return made;
}

/**
 * Radiance of a step.
 * @param {number} step
 * @param {{steps: number, floor: number}} head
 */
function radiance(step, head) {
  return head.floor * (2 ** (step / head.steps) - 1);
}

/**
 * @param {Int32Array[]} steps
 * @param {{steps: number, floor: number}} head
 */
function texels(steps, head) {
  const greatest = steps.reduce((most, plane) => plane.reduce((a, b) => Math.max(a, b), most), 0);
  const halves = Uint16Array.from({ length: greatest + 1 }, (_, k) => half(radiance(k, head)));
  const found = new Uint16Array(steps[0].length * 4).fill(ONE);
  steps.forEach((plane, channel) => {
    for (let k = 0, at = channel; k < plane.length; k++, at += 4) found[at] = halves[plane[k]];
  });
  return found;
}

/**
 * A level with more texels, whose border stays the border.
 * @param {Int32Array[]} steps
 * @param {number} side
 * @param {number} wanted
 * @param {{steps: number, floor: number}} head
 */
function enlarged(steps, side, wanted, head) {
  const greatest = steps.reduce((most, plane) => plane.reduce((a, b) => Math.max(a, b), most), 0);
  const values = Float32Array.from({ length: greatest + 1 }, (_, k) => radiance(k, head));
  const halves = halvesOf(radiance(greatest, head));
  const found = new Uint16Array(wanted * wanted * 4).fill(ONE);
  const ratio = (side - 1) / (wanted - 1);
  for (let y = 0, at = 0; y < wanted; y++) {
    const top = Math.min(Math.floor(y * ratio), side - 2);
    const t = y * ratio - top;
    for (let x = 0; x < wanted; x++, at += 4) {
      const left = Math.min(Math.floor(x * ratio), side - 2);
      const s = x * ratio - left;
      const corner = top * side + left;
      for (let channel = 0; channel < 3; channel++) {
        const plane = steps[channel];
        const upper = values[plane[corner]] * (1 - s) + values[plane[corner + 1]] * s;
        const lower = values[plane[corner + side]] * (1 - s) + values[plane[corner + side + 1]] * s;
        found[at + channel] = halves(upper * (1 - t) + lower * t);
      }
    }
  }
  return found;
}

/**
 * Half floats by table: many numbers of a known range.
 * @param {number} greatest
 */
function halvesOf(greatest) {
  const entries = 1 << 14;
  // even steps of the square root: fine enough for half floats where it is dark
  const table = Uint16Array.from({ length: entries + 1 }, (_, k) => half(greatest * (k / entries) ** 2));
  return (/** @type {number} */ value) => table[Math.round(Math.sqrt(value / greatest) * entries)];
}
