/** What can draw a configuration: the page's stage, or pictures of a turn where there is no WebGL2. */
import { FramesPainter } from './frames.js';
import { SolidPainter } from './solid.js';

/** @typedef {SolidPainter | FramesPainter} Painter */

/**
 * The painter for this browser.
 * @param {{views: number, sizes: readonly number[], poster: HTMLImageElement}} pictures for those without WebGL2
 * @param {() => void} arrived one of the pictures did
 * @returns {Promise<Painter>}
 */
export async function openPainter(pictures, arrived) {
  return (await SolidPainter.open()) ?? new FramesPainter(pictures, arrived);
}
