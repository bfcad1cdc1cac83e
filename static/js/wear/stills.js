/** A picture that was taken: saved on the device, or handed to the system's sheet. It goes nowhere else. */

const QUALITY = 0.94;
const GONE_MS = 60_000; // until an address that was given to a download is freed

/**
 * The picture as a file, as the camera saw it and not as the mirror shows it; nothing of where or when is in it.
 * @param {HTMLCanvasElement} canvas
 * @param {string} name of the piece
 * @returns {Promise<File>}
 */
export async function asFile(canvas, name) {
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!blob) throw new RangeError(`a picture of ${canvas.width} x ${canvas.height} pixels cannot be kept`);
  return new File([blob], `${name}.jpg`, { type: 'image/jpeg' });
}

/** @param {File} file */
export function save(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), GONE_MS);
}

/** Whether the system can be handed a picture. */
export function shares() {
  const probe = new File([''], 'a.jpg', { type: 'image/jpeg' });
  return navigator.canShare?.({ files: [probe] }) === true;
}

/**
 * @param {File} file
 * @param {string} title
 * @returns {Promise<boolean>} false: it was put away again
 */
export async function share(file, title) {
  try {
    await navigator.share({ files: [file], title });
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/**
 * Seconds told one by one.
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @param {(left: number) => void} tell 0 at the end, or when it was put off
 * @returns {Promise<boolean>} whether it came to the end
 */
export async function countDown(seconds, signal, tell) {
  for (let left = seconds; left > 0 && !signal.aborted; left -= 1) {
    tell(left);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000, undefined);
      signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
    });
  }
  tell(0);
  return !signal.aborted;
}
