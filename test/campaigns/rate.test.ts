import { describe, expect, it } from 'vitest'
import { type Bench, openBench } from './fixture.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const YEAR = 365 * 24 * 60 * MINUTE

const openConnected = async (count: number): Promise<Bench> => {
  const bench = await openBench(count)
  for (const { id } of bench.devices) await bench.connect(id)
  return bench
}

describe('the rate per minute', () => {
  it('gains nothing by a pause, and loses nothing', async () => {
    const bench = await openConnected(3)
    const { id } = await bench.create({ rate: { perMinute: 1 } })
    for (let n = 0; n < 3; n++) {
      await bench.platform.campaigns.pause(id)
      await bench.rest()
      await bench.platform.campaigns.resume(id)
      await bench.rest()
    }
    expect(bench.toldIds()).toEqual([1])
    expect(bench.campaign(id)).toMatchObject({ status: 'running', waitsFor: 'rate' })
    await bench.platform.campaigns.pause(id)
    await bench.wait(10 * MINUTE, 10)
    expect(bench.toldIds()).toEqual([1])
    await bench.platform.campaigns.resume(id)
    await bench.rest()
    expect(bench.toldIds()).toEqual([1, 2])
  })

  it('is the same after a restart of the station', async () => {
    const bench = await openConnected(2)
    await bench.create({ rate: { perMinute: 1 } })
    await bench.restart()
    for (const { id } of bench.devices) await bench.connect(id)
    // The device that was notified is notified again, as nobody knows whether the notice arrived; the other one waits.
    expect(bench.toldIds()).not.toContain(2)
    await bench.wait(MINUTE, 4)
    expect(bench.toldIds()).toContain(2)
  })

  it.each([
    ['forward', YEAR],
    ['back', -YEAR],
  ])('goes on from where it was when the clock is set %s', async (_, ms) => {
    const bench = await openConnected(3)
    await bench.create({ rate: { perMinute: 1 } })
    expect(bench.toldIds()).toEqual([1])
    await bench.wait(30 * SECOND)
    bench.clock.set(ms)
    await bench.platform.timeJumped({ ms, asleepMs: 0 })
    await bench.wait(20 * SECOND)
    expect(bench.toldIds()).toEqual([1])
    await bench.wait(10 * SECOND)
    expect(bench.toldIds()).toEqual([1, 2])
    await bench.wait(MINUTE, 2)
    expect(bench.toldIds()).toEqual([1, 2, 3])
  })

  it('is used by those alone that are notified: what the others may not use yet is left for those who come', async () => {
    const bench = await openBench(3)
    await bench.connect(1)
    // Two at once, and half a second for each one more.
    await bench.create({ rate: { perMinute: 120 } })
    await bench.connect(2)
    await bench.connect(3)
    expect(bench.toldIds()).toEqual([1, 2])
    await bench.wait(SECOND)
    expect(bench.toldIds()).toEqual([1, 2, 3])
  })

  it('is used as well by devices that query', async () => {
    const bench = await openConnected(2)
    const { id } = await bench.create({ push: false, rate: { perMinute: 1 } })
    await bench.ask(1)
    await bench.ask(2)
    expect(bench.states(id)).toEqual(['notified', 'pending'])
    await bench.wait(MINUTE)
    await bench.ask(2)
    expect(bench.states(id)).toEqual(['notified', 'notified'])
  })

  it('keeps no place from the job of another campaign that may begin', async () => {
    const bench = await openConnected(2)
    const first = await bench.create({ push: false, rate: { perMinute: 1 } })
    await bench.ask(1)
    await bench.platform.products.createModule(bench.product.id, { name: 'MCU', kind: 'FOTA', deviceClass: 'mcu' })
    const mcu = await bench.addPackage('2.0.0', 'MCU')
    await bench.store.write(() => bench.platform.devices.recordVersion(bench.platform.devices.row(2), 'MCU', '1.0.0'))
    const second = await bench.create({ packageId: mcu.id, push: false })
    // Its first job has to wait for the rate; the device need not wait for the other one.
    await bench.ask(2)
    expect([bench.states(first.id), bench.states(second.id)]).toEqual([
      ['notified', 'pending'],
      ['pending', 'notified'],
    ])
  })

  it('and the number at once hold together: the smaller one counts', async () => {
    const many = await openConnected(3)
    const { id } = await many.create({ rate: { perMinute: 120, concurrent: 1 } })
    expect(many.toldIds()).toEqual([1])
    expect(many.campaign(id).waitsFor).toBe('concurrency')
    await many.wait(MINUTE)
    expect(many.toldIds()).toEqual([1])

    const few = await openConnected(3)
    const slow = await few.create({ rate: { perMinute: 1, concurrent: 2 } })
    expect(few.toldIds()).toEqual([1])
    expect(slow.waitsFor).toBe('rate')
    await few.wait(5 * MINUTE, 5)
    expect(few.toldIds()).toEqual([1, 2])
    expect(few.campaign(slow.id).waitsFor).toBe('concurrency')
  })

  it('goes on within the daily window, and not only at its edges', async () => {
    const bench = await openConnected(2)
    const { id, nextAt, waitsFor } = await bench.create({
      rate: { perMinute: 1 },
      window: { from: '06:00', to: '22:00' },
    })
    expect(waitsFor).toBe('rate')
    expect(Date.parse(nextAt ?? '') - bench.clock.now()).toBeLessThanOrEqual(MINUTE)
    await bench.wait(MINUTE)
    expect(bench.states(id)).toEqual(['notified', 'notified'])
  })
})
