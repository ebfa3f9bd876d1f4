import { setTimeout as pause } from 'node:timers/promises'
import { ASK_AGAIN_MS, limits } from '../limits.mjs'

/**
 * Asks again until the answer passes: for states that other processes bring about. What never comes about ends with the
 * last answer in the message.
 */
export const until = async <T>(ask: () => T | Promise<T>, passes: (answer: T) => boolean): Promise<T> => {
  const end = performance.now() + limits.wait
  let answer = await ask()
  while (!passes(answer)) {
    if (performance.now() >= end) throw new Error(`never came about; last: ${JSON.stringify(answer)}`)
    await pause(ASK_AGAIN_MS)
    answer = await ask()
  }
  return answer
}

/** Waits for what somebody else settles. What never does ends with what there was meanwhile in the message. */
export const within = <T>(waited: Promise<T>, meanwhile: () => unknown): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const end = setTimeout(
    () => reject(new Error(`never came about; meanwhile: ${JSON.stringify(meanwhile())}`)),
    limits.wait,
  ).unref()
  waited.then(resolve, reject).finally(() => clearTimeout(end))
  // Where a test is over before anybody waits for it, nobody is to hear of it.
  promise.catch(() => {})
  return promise
}
