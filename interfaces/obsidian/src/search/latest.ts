/** Of many searches the last one: each new one gives the earlier up, after a short rest. */

/** Long enough to skip letters of a fast typist, short enough not to be felt. */
export const REST_MS = 40;

export class Latest<T> {
  private controller = new AbortController();
  private newest: Promise<T> | undefined;

  constructor(private readonly rest = REST_MS) {}

  /**
   * What the newest search gives, whichever was asked for: whoever waits for an earlier one gets
   * the newer results, so that the order of arrival cannot show older ones. Never rejects for
   * having been given up while a newer one runs.
   */
  run(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.controller.abort();
    const controller = (this.controller = new AbortController());
    const mine: Promise<T> = this.rested(controller.signal)
      .then(() => work(controller.signal))
      .catch((thrown: unknown) => {
        if (this.newest && this.newest !== mine) return this.newest;
        throw thrown;
      })
      .then((result) => (this.newest && this.newest !== mine ? this.newest : result));
    this.newest = mine;
    return mine;
  }

  stop(): void {
    this.controller.abort();
  }

  private rested(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(resolve, this.rest);
      signal.addEventListener("abort", () => {
        window.clearTimeout(timer);
        reject(new DOMException("given up", "AbortError"));
      });
    });
  }
}
