/** A photo that was chosen, taken or dropped, as pixels the right way up. */
import { NoPicture } from './camera.js';

/** What a chooser of photos offers. */
export const PICTURES = 'image/jpeg,image/png,image/webp,image/avif,image/*';
const LARGEST_BYTES = 64_000_000;
const LONGEST_PX = 1600; // more than tracking and a screen make use of

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} upright as its EXIF says, its longer side at most 1600 px
 * @throws {NoPicture}
 */
export async function readPhoto(file) {
  if (file.size > LARGEST_BYTES) throw new NoPicture('too-large');
  const address = URL.createObjectURL(file);
  try {
    const image = new Image(); // turns itself as EXIF says, and tells its size before it is decoded
    image.src = address;
    await image.decode();
    const [width, height] = fitted(image.naturalWidth, image.naturalHeight, LONGEST_PX);
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    return canvas.transferToImageBitmap();
  } catch (error) {
    if (error instanceof DOMException) throw new NoPicture('not-a-picture');
    throw error;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * A size whose longer side is at most `longest`, whole pixels, never larger than it was.
 * @param {number} width
 * @param {number} height
 * @param {number} longest
 * @returns {[number, number]}
 */
export function fitted(width, height, longest) {
  const scale = Math.min(longest / Math.max(width, height), 1);
  return [Math.max(Math.round(width * scale), 1), Math.max(Math.round(height * scale), 1)];
}
