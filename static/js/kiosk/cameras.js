/** The mirror's camera among those that the browser knows. */
import { NoPicture, hindrance, letGo, openCamera } from '../wear/camera.js';

/** @typedef {import('../wear/camera.js').OpenCamera} OpenCamera */

/**
 * Opens a camera by its number, in the order in which the system has them.
 * @param {number} number from 0
 * @returns {Promise<OpenCamera>}
 * @throws {NoPicture}
 */
export async function openNth(number) {
  const hindered = hindrance();
  if (hindered) throw new NoPicture(hindered);
  let named = await cameras();
  if (named.some(({ deviceId }) => !deviceId)) {
    letGo((await openCamera('user')).stream); // browsers name cameras to whoever may use them
    named = await cameras();
  }
  if (!named[number]) throw new NoPicture('no-camera');
  return openCamera('user', named[number].deviceId);
}

async function cameras() {
  return (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
}
