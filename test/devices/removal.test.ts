import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from '../campaigns/fixture.ts'

/** Three devices that are there and have said something: one over a connection, one over HTTP, one both ways. */
const openHeard = async (): Promise<Bench> => {
  const bench = await openBench(3)
  const { presence, protocolLog } = bench.platform
  await bench.connect(1)
  await bench.connect(3)
  for (const id of [2, 3]) {
    presence.heard(id, bench.product.id, bench.clock.now())
    protocolLog.note(id, { direction: 'in', channel: 'GET /version', kind: 'version' })
  }
  expect([1, 2, 3].map((id) => protocolLog.of(id).length > 0)).toEqual([true, true, true])
  expect(presence.count(bench.product.id)).toBe(3)
  return bench
}

/** Which devices the platform still knows anything of, in memory. */
const known = ({ platform: { presence, protocolLog } }: Bench) => ({
  logged: [1, 2, 3].filter((id) => protocolLog.of(id).length > 0),
  online: [1, 2, 3].filter((id) => presence.isOnline(id)),
})

describe('a device that is deleted', () => {
  it('leaves no message in the protocol log, not even that it was disconnected, and is not online any more', async () => {
    const bench = await openHeard()
    await bench.platform.removal.device(1)
    expect(known(bench)).toEqual({ logged: [2, 3], online: [2, 3] })
    await bench.platform.removal.device(2)
    expect(known(bench)).toEqual({ logged: [3], online: [3] })
    await bench.platform.removal.device(3)
    expect(known(bench)).toEqual({ logged: [], online: [] })
    expect(bench.platform.presence.count(bench.product.id)).toBe(0)
  })

  it('is not forgotten where its deletion fails', async () => {
    const bench = await openHeard()
    await expect(bench.platform.removal.device(9)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(bench.platform.removal.product(bench.product.id, false)).rejects.toMatchObject({
      code: 'STILL_IN_USE',
    })
    expect(known(bench)).toEqual({ logged: [1, 2, 3], online: [1, 2, 3] })
  })

  it('goes with its product in the same way', async () => {
    const bench = await openHeard()
    await bench.platform.removal.product(bench.product.id, true)
    expect(known(bench)).toEqual({ logged: [], online: [] })
  })

  it('goes in the same way with all that registered by themselves; the others stay as they are', async () => {
    const bench = await openHeard()
    await bench.store.write(() => bench.store.sql.prepare('UPDATE devices SET self_registered = id <> 2').run())
    expect(await bench.platform.removal.selfRegistered(bench.product.id, true)).toBe(2)
    expect(known(bench)).toEqual({ logged: [2], online: [2] })
  })
})
