/** Why there is no picture, in words: what happened, what to do, and which other ways there are. */
import { _ } from '../words.js';

/** @typedef {import('./camera.js').Refused} Refused */

/**
 * @typedef {object} Refusal
 * @property {string} title
 * @property {string} sentence
 * @property {string[]} [steps] for those who want to be led
 * @property {boolean} again whether trying again may help
 * @property {boolean} photo whether a photo can be used on this device
 * @property {boolean} elsewhere whether a window of its own helps
 */

const HOW_TO_ALLOW = [
  _('Chrome, Edge, Samsung: press the sign to the left of the address, then “Permissions”, and allow the camera.'),
  _('Safari on iPhone and iPad: press the sign in the address bar, then “Website Settings”, and allow the camera.'),
  _('Safari on a Mac: choose “Settings for this website” in the Safari menu, and allow the camera.'),
  _('Firefox: press the camera sign beside the address and remove the block.'),
  _('If it is still closed, allow the browser to use the camera in the settings of your device.'),
];

/**
 * @param {string} title
 * @param {string} sentence
 * @param {Partial<Refusal>} [ways]
 * @returns {Refusal}
 */
function refusal(title, sentence, ways = {}) {
  return { title, sentence, again: true, photo: true, elsewhere: false, ...ways };
}

const NO_PIECE = _('The piece did not come');

/** @type {Record<Refused, Refusal>} */
export const REFUSALS = {
  'no-camera': refusal(_('No camera was found'), _('This device has no camera that can be used, or it is switched off. You can use a photo.')),
  denied: refusal(_('The camera stays closed'), _('Your browser did not let this page use it. You can allow it, or use a photo.'), { steps: HOW_TO_ALLOW }),
  framed: refusal(
    _('The camera cannot open here'),
    _('The page around this one does not pass the camera on. It opens in a window of its own; a photo can be used here.'),
    { again: false, elsewhere: true },
  ),
  'in-use': refusal(_('The camera is busy'), _('Another program or tab uses it. Close it there, then try again.')),
  insecure: refusal(
    _('This connection is not secure'),
    _('Browsers open the camera on secure pages only, whose address begins with https. You can use a photo.'),
    { again: false },
  ),
  unplugged: refusal(_('The camera was taken away'), _('It was unplugged, or another program took it. Nothing was kept.')),
  unsupported: refusal(
    _('This browser cannot do it by itself'),
    _('Placing a piece takes WebGL 2 and WebAssembly, which this browser does not have or does not allow. A newer one does.'),
    { again: false, photo: false },
  ),
  offline: refusal(NO_PIECE, _('The connection is down, or our server cannot be reached. Nothing was kept; try again when it is back.')),
  damaged: refusal(
    _('A file arrived damaged'),
    _('What finds your hand or your face was not what we had published, so it was not used. Try again in a moment.'),
  ),
  'unknown-piece': refusal(NO_PIECE, _('This piece is not known here any more. Choose it again, then try it on.'), { again: false, photo: false }),
  broken: refusal(_('The mirror stopped'), _('Something went wrong on this device. Nothing was kept; you can open it again.')),
  'not-a-picture': refusal(_('This is not a picture that can be opened'), _('Choose a JPEG, PNG, WebP or AVIF. Some telephones save HEIC, which not every browser can read.'), { again: false }),
  'too-large': refusal(_('This photo is too large'), _('A photo of up to 64 MB can be used.'), { again: false }),
};
