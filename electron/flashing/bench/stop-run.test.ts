import { expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import { linkPair } from '../links/link-pair.ts'
import { untilStopped } from './stop-run.ts'

it('work that does not heed the signal loses its link, and is then left behind with the reason', async () => {
  const clock = createTestClock()
  let closed = false
  const link = linkPair('line', { baudRate: 115_200 }, clock, () => ({
    receive: () => {},
    closed: () => {
      closed = true
    },
  }))
  const controller = new AbortController()
  const deaf = new Promise<never>(() => {})
  const stopped = untilStopped(deaf, controller.signal, clock, () => link)
  controller.abort(new Error('stopped'))
  expect(closed).toBe(false)
  clock.advance(400)
  expect(closed).toBe(true)
  clock.advance(2000)
  await expect(stopped).rejects.toThrow('stopped')
})

it('work that ends in time ends as it does, and its link stays open', async () => {
  const clock = createTestClock()
  const controller = new AbortController()
  expect(await untilStopped(Promise.resolve(7), controller.signal, clock, () => undefined)).toBe(7)
  controller.abort(new Error('stopped'))
  const late = untilStopped(Promise.reject(new Error('its own')), controller.signal, clock, () => undefined)
  await expect(late).rejects.toThrow('its own')
})
