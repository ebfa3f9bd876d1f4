import { setTimeout } from 'node:timers/promises'

/**
 * Asks again until the answer passes, a bounded number of times: for states that other processes bring about. The test's own
 * time limit ends it with the last answer in the message.
 */
export const until = async <T>(
  ask: () => T | Promise<T>,
  passes: (answer: T) => boolean,
  attempts = 400,
): Promise<T> => {
  let answer = await ask()
  for (let attempt = 0; !passes(answer); attempt++) {
    if (attempt >= attempts) throw new Error(`never came about; last: ${JSON.stringify(answer)}`)
    await setTimeout(25)
    answer = await ask()
  }
  return answer
}
