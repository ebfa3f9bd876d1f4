/** Limits a flow to a rate: for each portion it returns how long to wait before the next one. */
interface TokenBucket {
  /**
   * Takes a portion out; the balance may become negative.
   * @param bytes of the portion, of any size
   * @param now monotonic milliseconds
   * @returns milliseconds until the balance is no longer negative; 0 when it is not
   */
  take(bytes: number, now: number): number
}

/**
 * @param bytesPerSecond the rate, above 0
 * @param burst bytes that may pass at once after a pause; the bucket starts empty, so a download never begins with a jump
 */
export const createTokenBucket = (bytesPerSecond: number, burst: number, now: number): TokenBucket => {
  let tokens = 0
  let filledAt = now
  return {
    take: (bytes, at) => {
      tokens = Math.min(burst, tokens + ((at - filledAt) * bytesPerSecond) / 1000)
      filledAt = at
      tokens -= bytes
      return tokens < 0 ? (-tokens * 1000) / bytesPerSecond : 0
    },
  }
}
