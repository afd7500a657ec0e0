// Polls the server, each target at its own interval, as long as the page is visible.

export class Poller {
  failures = 0; // since the last response of the server
  isOver = false;
  #timers = new Map();
  #polls;

  constructor(/** @type {Polls} */ polls) {
    this.#polls = { all: () => [""], show: () => {}, comeBack: () => {}, ...polls };
  }

  /** Start polling. Poll at once when the page becomes visible or the network returns. */
  start() {
    document.addEventListener("visibilitychange", () => this.wake());
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", ({ persisted }) => persisted && this.wake());
    this.scheduleAll();
  }

  /** Schedule a poll of every target that has none scheduled. */
  scheduleAll() {
    this.#polls.all().forEach((what) => this.#schedule(what));
  }

  ask(what = "") {
    clearTimeout(this.#timers.get(what));
    this.#timers.delete(what);
    if (!this.isOver && !Number.isNaN(this.#polls.pause(what))) this.#polls.ask(what);
  }

  /** Poll every target now, if the page is visible. */
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
    const jitter = 0.9 + Math.random() / 5; // so that many pages do not poll at the same moment
    this.#timers.set(
      what,
      setTimeout(() => this.ask(what), seconds * jitter * 1000),
    );
  }
}
