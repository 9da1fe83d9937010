const SAMPLE_MS = 50
const BUCKET_MS = 250
// Two minutes: longer than any operation runs.
const BUCKETS = 480

/**
 * Measures how late the event loop runs, and keeps the maxima of the last two minutes. Delays below some milliseconds are noise. Node's
 * monitorEventLoopDelay has one histogram for all times, and an operation needs the maximum of its own.
 */
export class EventLoopDelay {
  readonly #maxima = new Float64Array(BUCKETS)
  readonly #timer: NodeJS.Timeout
  #expectedAt = performance.now() + SAMPLE_MS
  #bucket = bucketOf(performance.now())

  constructor() {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS)
    this.#timer.unref()
  }

  /** The largest delay between `since`, by performance.now(), and now, in milliseconds. */
  maxSince(since: number): number {
    const now = performance.now()
    const first = Math.max(bucketOf(since), this.#bucket - BUCKETS + 1)
    // The delay that still lasts: the timer has not run yet.
    let max = Math.max(0, now - this.#expectedAt)
    for (let bucket = first; bucket <= this.#bucket; bucket++) {
      max = Math.max(max, this.#maxima[bucket % BUCKETS] ?? 0)
    }
    // A delay that began before cannot have made the operation wait longer than it ran.
    return Math.min(max, now - since)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #sample(): void {
    const now = performance.now()
    const bucket = bucketOf(now)
    for (let next = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); next <= bucket; next++) {
      this.#maxima[next % BUCKETS] = 0
    }
    this.#bucket = bucket
    this.#maxima[bucket % BUCKETS] = Math.max(this.#maxima[bucket % BUCKETS] ?? 0, now - this.#expectedAt)
    this.#expectedAt = now + SAMPLE_MS
  }
}

const bucketOf = (at: number): number => Math.floor(at / BUCKET_MS)
