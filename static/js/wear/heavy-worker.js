/**
 * The slow looks at frames, beside the worker that tracks and solves, which they never hold up: who
 * begins this worker (`slow-looks.js`) hands it the runtime and the nets, and a copy of now and then a
 * frame. It is the same script as the tracking worker's, begun by another name.
 */
import { HeavyNets } from '../tryon/nets/heavy.js';
import { HandTracker } from './landmarkers.js';
import { Net } from './net.js';

/** @typedef {import('../tryon/types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../tryon/types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../tryon/nets/heavy.js').Looks} Looks */
/** @typedef {import('../tryon/nets/heavy.js').SlowlySeen} SlowlySeen */

/** By which this worker is begun. */
export const NAME = 'heavy';

const NAMES = /** @type {const} */ (['person', 'bodies', 'hands']);

/** @typedef {typeof NAMES[number]} Name of a net */

/**
 * Nets come once, those that are there; looks are answered one by one. Hands are followed in one stream.
 * @typedef {{ do: 'open', runtime: WebAssembly.Module, nets: Partial<Record<Name, Uint8Array<ArrayBuffer>>> }
 *   | { do: 'see', image: ImageData, faces: FaceLandmarks[], timeMs: number, streaming: boolean, looks: Looks }
 *   | { do: 'hands', image: ImageData, timeMs: number }} ToHeavy
 */

/**
 * `opened` names those that began; `ms`: what a look took; `failed`: it broke.
 * @typedef {{ is: 'opened', names: Name[] } | { is: 'failed' } | { is: 'seen', seen: SlowlySeen, timeMs: number, ms: number }
 *   | { is: 'hands', seen: HandLandmarks[], timeMs: number, ms: number }} FromHeavy
 */

/** Answers for as long as the worker lives. */
export function serve() {
  /** @type {{ person?: Net, bodies?: Net, hands?: HandTracker }} */ const nets = {};
  let turn = Promise.resolve();

  /** @param {ToHeavy} message @returns {Promise<FromHeavy>} */
  const answer = async (message) => {
    if (message.do === 'open') {
      const { runtime, nets: given } = message;
      /** @type {Name[]} */ const names = [];
      for (const name of NAMES) {
        const net = given[name];
        const opened = net && (name === 'hands' ? HandTracker.open(runtime, net) : Net.open(runtime, net));
        await opened?.then((one) => {
          Object.assign(nets, { [name]: one });
          names.push(name);
        }, () => {}); // the others are looked with all the same
      }
      nets.hands?.warm();
      return { is: 'opened', names };
    }
    const begun = performance.now();
    if (message.do === 'hands') {
      const seen = nets.hands ? nets.hands.detect(message.image, message.timeMs) : [];
      return { is: 'hands', seen, timeMs: message.timeMs, ms: performance.now() - begun };
    }
    const { image, faces, timeMs, streaming, looks } = message;
    const { data, width, height } = image;
    const runs = { bodies: runOf(nets.bodies), person: runOf(nets.person) };
    const seen = new HeavyNets(runs, streaming).see({ data, width, height, channels: 4 }, faces, timeMs, looks);
    return { is: 'seen', seen, timeMs, ms: performance.now() - begun };
  };
  self.addEventListener('message', ({ data }) => {
    turn = turn
      .then(() => answer(data))
      .then(
        (said) => self.postMessage(said, { transfer: said.is === 'seen' && said.seen.person ? [said.seen.person.share.buffer] : [] }),
        () => self.postMessage({ is: 'failed' }),
      );
  });
}

/** @param {Net | undefined} net */
const runOf = (net) => (net ? net.run.bind(net) : null);
