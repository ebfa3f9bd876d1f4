import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import type { Receiver } from '../../electron/platform/sinks/receiver.ts'
import { openReceiver } from '../../electron/platform/sinks/receivers.ts'
import { until } from '../helpers/until.ts'
import { someEvents } from './events.ts'
import { type World, worlds } from './worlds.ts'

/** Never fires: what hangs is ended by the test's own limit. */
const forever = new AbortController().signal

const keys = (events: readonly { readonly station: string; readonly id: number }[]) =>
  events.map(({ station, id }) => `${station}/${id}`)

let connections = 0

describe.each(worlds)('a receiver: $kind $needs', ({ kind, available, create }) => {
  describe.skipIf(!available)('the real thing', () => {
    let world: World
    beforeAll(async () => {
      if (available) world = await create()
    })
    afterAll(() => world?.close())

    const open = async (url = world.url): Promise<Receiver> => {
      connections += 1
      const receiver = await openReceiver(
        kind,
        { url, secret: null, topic: null, ca: null },
        { clock: systemClock, program: 'test', clientId: `test-${connections}` },
      )
      onTestFinished(() => receiver.close())
      return receiver
    }
    const receivedOf = (station: string) => async () =>
      (await world.received()).filter((event) => event.station === station)

    it('takes events of every kind, whole and in order', async () => {
      const sent = someEvents(1_796_083_200_000_000, 700, 'whole')
      const receiver = await open()
      await receiver.send(sent.slice(0, 500), forever)
      await receiver.send(sent.slice(500), forever)
      const got = await until(receivedOf('whole'), ({ length }) => length >= sent.length)
      expect(got).toEqual(sent)
    })

    it('is handed the same events again without harm', async () => {
      const receiver = await open()
      await receiver.send(someEvents(1, 6, 'again'), forever)
      await receiver.send(someEvents(4, 6, 'again'), forever)
      const got = await until(receivedOf('again'), (events) => new Set(keys(events)).size === 9)
      if (kind === 'postgres') expect(keys(got)).toEqual(keys(someEvents(1, 9, 'again')))
    })

    it('is probed without being handed anything', async () => {
      const before = (await world.received().catch(() => [])).length
      await (await open()).probe(forever)
      expect((await world.received()).length).toBe(before)
    })

    it('names a login that is refused', async () => {
      const code = kind === 'webhook' ? 'NOT_TAKEN' : 'LOGIN_REFUSED'
      const receiver = await open(world.wrongLogin)
      await expect(receiver.probe(forever)).rejects.toMatchObject({ code })
      await expect(receiver.send(someEvents(1, 1, 'refused'), forever)).rejects.toMatchObject({ code })
    })

    it('is out of reach while it is killed, and takes the rest when it is back', async () => {
      const receiver = await open()
      await receiver.send(someEvents(1, 5, 'outage'), forever)
      // What it has taken is its own to keep; a subscriber has read it before.
      await until(receivedOf('outage'), ({ length }) => length === 5)
      await world.kill()
      await expect(receiver.send(someEvents(6, 5, 'outage'), forever)).rejects.toMatchObject({
        code: expect.stringMatching(/^(UNREACHABLE|DISCONNECTED)$/),
      })
      await expect(receiver.send(someEvents(6, 5, 'outage'), forever)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      await world.start()
      await receiver.send(someEvents(6, 5, 'outage'), forever)
      const got = await until(receivedOf('outage'), (events) => new Set(keys(events)).size === 10)
      expect([...new Set(keys(got))]).toEqual(keys(someEvents(1, 10, 'outage')))
    })
  })

  it('ends an attempt at a receiver that says nothing with the signal', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    const scheme = { postgres: 'postgres', webhook: 'http', mqtt: 'mqtt' }[kind]
    const receiver = await openReceiver(
      kind,
      { url: `${scheme}://127.0.0.1:${port}/records`, secret: null, topic: null, ca: null },
      { clock: systemClock, program: 'test', clientId: 'silent' },
    )
    const attempt = new AbortController()
    const sent = receiver.send(someEvents(1, 1), attempt.signal)
    await once(silent, 'connection')
    const reason = new Error('time is up')
    attempt.abort(reason)
    await expect(sent).rejects.toBe(reason)
    await receiver.close()
  })
})
