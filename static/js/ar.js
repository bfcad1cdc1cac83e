/**
 * The ways into augmented reality, at true size and never scaled, the first that a device has: in the
 * page itself by WebXR, Scene Viewer on Android, AR Quick Look on Apple's devices, and from anything
 * else a code that hands the piece over to a phone.
 */

/** @typedef {'web-xr' | 'quick-look' | 'scene-viewer' | 'hand-over'} Way */
/**
 * A configuration's files and pages, whole addresses.
 * @typedef {object} Shown
 * @property {string} name
 * @property {string} model of the GLB for pages
 * @property {string} page
 * @property {Record<string, string>} options
 */

const SCENE_VIEWER = 'arvr.google.com/scene-viewer/1.2';
const PACKAGE = 'com.google.android.googlequicksearchbox';
const WITHOUT_SCENE_VIEWER = /Firefox|OculusBrowser|Quest/;

/**
 * Whether the page itself can show a piece in the room. A browser that tells what the page around this
 * one allows is asked first: it writes an error where a session is asked about that cannot be.
 * @param {XRSystem | undefined} xr
 * @param {{ allowsFeature(name: string): boolean } | undefined} [policy]
 */
export async function seesRoom(xr, policy = /** @type {any} */ (globalThis.document)?.featurePolicy) {
  if (policy?.allowsFeature('xr-spatial-tracking') === false) return false;
  try {
    return (await xr?.isSessionSupported('immersive-ar')) ?? false;
  } catch {
    return false; // the page that frames this one does not allow it
  }
}

/**
 * The way of a device whose pages cannot show it themselves. What a browser can do is asked of it; only Scene Viewer, an app, cannot be.
 * @param {{ createElement(name: 'a'): HTMLAnchorElement }} page
 * @param {{ userAgent: string }} browser
 * @returns {Way}
 */
export function wayOf(page, browser) {
  if (page.createElement('a').relList?.supports?.('ar')) return 'quick-look';
  const { userAgent } = browser;
  return /Android/.test(userAgent) && !WITHOUT_SCENE_VIEWER.test(userAgent) ? 'scene-viewer' : 'hand-over';
}

/**
 * The USDZ, with what Quick Look may do to it and what it shares.
 * @param {Shown} shown
 */
export function quickLookAddress({ model, page }) {
  const wishes = new URLSearchParams({ allowsContentScaling: '0', canonicalWebPageURL: page });
  return `${model.replace(/\.glb$/, '.usdz')}#${wishes}`;
}

/**
 * The intent that opens Scene Viewer; without it the phone goes to the piece's page.
 * @param {Shown} shown
 */
export function sceneViewerAddress({ name, model, page }) {
  const wishes = new URLSearchParams({
    file: `${model}?profile=ar`,
    mode: 'ar_preferred',
    resizable: 'false',
    title: name,
    link: page,
  });
  const query = String(wishes).replaceAll('+', '%20'); // Android decodes as addresses do, not as forms do
  const rest = ['scheme=https', `package=${PACKAGE}`, 'action=android.intent.action.VIEW'];
  return `intent://${SCENE_VIEWER}?${query}#Intent;${rest.join(';')};S.browser_fallback_url=${encodeURIComponent(page)};end;`;
}
