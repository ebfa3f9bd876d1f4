import { describe, expect, it } from 'vitest'
import type { Protocol } from '#shared/protocols/index.ts'
import type { JobReason } from '#shared/reasons.ts'
import { createTestClock } from '../helpers/clock.ts'
import { until } from '../helpers/until.ts'
import { prepareReal, reasonsOf } from './real-station.ts'

/** What a station is told of the four failures, in each protocol's own codes. */
const reasons: Readonly<Record<Protocol, readonly [JobReason, JobReason, JobReason, JobReason]>> = {
  sagoo: ['UPGRADE_FAILED', 'DOWNLOAD_FAILED', 'VERIFICATION_FAILED', 'BURNING_FAILED'],
  thingspanel: ['UPGRADE_FAILED', 'DOWNLOAD_FAILED', 'VERIFICATION_FAILED', 'BURNING_FAILED'],
  'iot-engine': ['UPGRADE_FAILED', 'DOWNLOAD_FAILED', 'VERIFICATION_FAILED', 'BURNING_FAILED'],
  onenet: ['LOW_BATTERY', 'DOWNLOAD_BROKE_OFF', 'CHECKSUM_WRONG', 'UPGRADE_BROKE_OFF'],
}

describe.each(Object.entries(reasons) as [Protocol, (typeof reasons)[Protocol]][])(
  'ten virtual devices of %s at a real station',
  (protocol, [upgrade, download, verification, burning]) => {
    it('upgrade; two of them fail for the reasons they tell, and succeed when tried again', async () => {
      const { station, run, upgrade: start, becomes } = await prepareReal(protocol)
      await run({ failurePercent: 20 })
      const campaign = await start()
      const jobs = await becomes(campaign, { succeeded: 8, failed: 2 })
      expect(reasonsOf(jobs)).toEqual([upgrade, download])
      expect((await station.client.campaigns.get({ id: campaign })).status).toBe('finished')
      await station.client.campaigns.retryFailed({ id: campaign })
      await becomes(campaign, { succeeded: 10 })
      await until(
        () => station.client.simulator.status(),
        ({ connected, succeeded, failed, upgrading }) =>
          connected === 10 && succeeded === 10 && failed === 0 && upgrading === 0,
      )
      expect(await station.client.simulator.status()).toMatchObject({ devices: 10, lastError: null })
    })

    it('fail in all four ways', async () => {
      const { run, upgrade: start, becomes } = await prepareReal(protocol)
      await run({ failurePercent: 40 })
      expect(reasonsOf(await becomes(await start(), { succeeded: 6, failed: 4 }))).toEqual([
        upgrade,
        download,
        verification,
        burning,
      ])
    })

    it('go on by range after their connection was cut in the middle', async () => {
      const { run, upgrade: start, becomes } = await prepareReal(protocol)
      await run({ failurePercent: 20, fault: 'drop' })
      await becomes(await start(), { succeeded: 10 })
    })

    it('find a wrong digest', async () => {
      const { run, upgrade: start, becomes } = await prepareReal(protocol)
      await run({ failurePercent: 20, fault: 'digest' })
      const jobs = await becomes(await start(), { succeeded: 8, failed: 2 })
      expect(reasonsOf(jobs)).toEqual([verification, verification])
    })

    it('roll back, which the version tells after the restart', async () => {
      const { station, run, upgrade: start, becomes } = await prepareReal(protocol)
      await station.client.station.updateSettings({ rollbackMinutes: 0 })
      await run({ failurePercent: 20, fault: 'rollback' })
      const jobs = await becomes(await start(), { succeeded: 8, failed: 2 })
      expect(reasonsOf(jobs)).toEqual(['ROLLED_BACK', 'ROLLED_BACK'])
      expect(jobs.filter(({ state }) => state === 'failed').map(({ description }) => description)).toEqual([
        '1.0.0',
        '1.0.0',
      ])
    })

    it.each(['duplicate', 'disorder'] as const)('succeed although some of their reports come by %s', async (fault) => {
      const { run, upgrade: start, becomes } = await prepareReal(protocol)
      await run({ failurePercent: 20, fault })
      const jobs = await becomes(await start(), { succeeded: 10 })
      expect(new Set(jobs.map(({ progress }) => progress))).toEqual(new Set([100]))
    })

    it('are silent: told, and no more', async () => {
      const clock = createTestClock()
      const { station, run, upgrade: start, becomes } = await prepareReal(protocol, { clock })
      await run({ failurePercent: 20, fault: 'silent' })
      const campaign = await start()
      await becomes(campaign, { succeeded: 8, notified: 2 })
      clock.advance(11_000)
      // Only the IoT engine's devices have to say that they took note (docs/protocols/iot-engine.md §5.5: within 10 s).
      if (protocol !== 'iot-engine') {
        await becomes(campaign, { succeeded: 8, notified: 2 })
        return
      }
      expect(reasonsOf(await becomes(campaign, { succeeded: 8, failed: 2 }))).toEqual(['PUSH_FAILED', 'PUSH_FAILED'])
      await station.client.campaigns.retryFailed({ id: campaign })
      await becomes(campaign, { succeeded: 10 })
    })
  },
)
