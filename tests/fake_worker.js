// @ts-nocheck
/** A worker for tests in Node: it notes what it is told, and says what the test has it say. */

export class FakeWorker extends EventTarget {
  static all = [];
  said = []; // each message, with what was moved along
  ended = false;

  constructor(address, how) {
    super();
    Object.assign(this, { address, how });
    FakeWorker.all.push(this);
  }

  postMessage(message, moved = []) {
    this.said.push({ message, moved });
  }

  says(data) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  breaks() {
    this.dispatchEvent(new Event('error', { cancelable: true }));
  }

  terminate() {
    this.ended = true;
  }
}
