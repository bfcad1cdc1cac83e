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
 * What a camera shows now, upright.
 * @param {HTMLVideoElement} video
 * @param {[number, number]} size in pixels, upright
 * @param {number} turned degrees clockwise that the camera was turned: 0, 90, 180 or 270
 * @param {'medium' | 'high'} quality
 * @returns {Promise<ImageBitmap>}
 */
export async function grabbed(video, [width, height], turned, quality) {
  if (!turned) return createImageBitmap(video, { resizeWidth: width, resizeHeight: height, resizeQuality: quality });
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
  context.imageSmoothingQuality = quality;
  drawUpright(context, video, [width, height], turned);
  return canvas.transferToImageBitmap();
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {CanvasImageSource} source
 * @param {[number, number]} size of the upright picture
 * @param {number} turned degrees clockwise that the camera was turned
 */
export function drawUpright(context, source, [width, height], turned) {
  const [across, along] = turned % 180 ? [height, width] : [width, height];
  context.setTransform(1, 0, 0, 1, width / 2, height / 2);
  context.rotate((turned * Math.PI) / 180);
  context.drawImage(source, -across / 2, -along / 2, across, along);
  context.resetTransform();
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
