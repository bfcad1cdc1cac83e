/** The camera: asked for, told why not, let go. */

/**
 * Why there is no picture.
 * @typedef {'no-camera' | 'denied' | 'framed' | 'in-use' | 'insecure' | 'unplugged' | 'unsupported' | 'offline'
 *   | 'damaged' | 'unknown-piece' | 'broken' | 'not-a-picture' | 'too-large'} Refused
 */

/** @typedef {'user' | 'environment'} Facing towards whoever looks at the screen, or away */

/**
 * A camera that is open.
 * @typedef {object} OpenCamera
 * @property {MediaStream} stream
 * @property {MediaStreamTrack} track
 * @property {Facing} facing
 * @property {boolean} several whether there is another one to turn to
 */

/** No picture, and why. */
export class NoPicture extends Error {
  /** @param {Refused} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

// as the camera gives it: a browser that crops to the size wished for would cut a telephone's upright picture
const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, resizeMode: 'none' };
/** @type {Record<string, Refused>} by the names of the browser's errors */
const REASONS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no-camera',
  OverconstrainedError: 'no-camera',
  NotReadableError: 'in-use',
  AbortError: 'in-use',
};

/** Why the camera cannot even be asked for; null: it can. @returns {Refused | null} */
export function hindrance() {
  if (!globalThis.isSecureContext) return 'insecure';
  if (!navigator.mediaDevices?.getUserMedia) return 'unsupported';
  const policy = /** @type {any} */ (document).featurePolicy;
  return policy?.allowsFeature('camera') === false ? 'framed' : null;
}

/**
 * Opens a camera; the browser asks for leave where it has none yet.
 * @param {Facing} facing
 * @param {string} [named] the browser's id of one camera, whatever it faces
 * @returns {Promise<OpenCamera>}
 * @throws {NoPicture}
 */
export async function openCamera(facing, named) {
  const hindered = hindrance();
  if (hindered) throw new NoPicture(hindered);
  try {
    const which = named ? { deviceId: { exact: named } } : { facingMode: facing };
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...IDEAL, ...which }, audio: false });
    const [track] = stream.getVideoTracks();
    const told = track.getSettings().facingMode;
    return { stream, track, facing: told === 'environment' ? 'environment' : 'user', several: await several() };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new NoPicture(REASONS[error.name] ?? 'no-camera');
  }
}

/** Lets a camera go: its light goes out. @param {MediaStream} stream */
export function letGo(stream) {
  for (const track of stream.getTracks()) track.stop();
}

async function several() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput').length > 1;
}
