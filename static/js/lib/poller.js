// Asks the city again and again, each thing at its own pace, as long as somebody looks.

export class Poller {
  failures = 0; // since the city answered last
  isOver = false;
  #timers = new Map();
  #polls;

  constructor(/** @type {Polls} */ polls) {
    this.#polls = { all: () => [""], show: () => {}, comeBack: () => {}, ...polls };
  }

  /** Ask from now on, at once when somebody comes back to the page or the network does. */
  start() {
    document.addEventListener("visibilitychange", () => this.wake());
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", ({ persisted }) => persisted && this.wake());
    this.scheduleAll();
  }

  /** Ask for everything that is not about to be asked for when its time comes. */
  scheduleAll() {
    this.#polls.all().forEach((what) => this.#schedule(what));
  }

  ask(what = "") {
    clearTimeout(this.#timers.get(what));
    this.#timers.delete(what);
    if (!this.isOver && !Number.isNaN(this.#polls.pause(what))) this.#polls.ask(what);
  }

  /** Ask for everything now, if somebody looks. */
  wake() {
    if (document.hidden) return;
    if (this.isOver) this.#polls.comeBack();
    else this.#polls.all().forEach((what) => this.ask(what));
  }

  fail() {
    this.failures += 1;
    this.#polls.show("unreachable");
  }

  stop() {
    this.isOver = true;
    this.#polls.show("gone");
  }

  resume() {
    this.isOver = false;
    this.wake();
  }

  #schedule(/** @type {string} */ what) {
    const seconds = this.#polls.pause(what);
    if (this.isOver || this.#timers.has(what) || Number.isNaN(seconds)) return;
    const jitter = 0.9 + Math.random() / 5; // so that many pages do not ask at the same moment
    this.#timers.set(
      what,
      setTimeout(() => this.ask(what), seconds * jitter * 1000),
    );
  }
}
