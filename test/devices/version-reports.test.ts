import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { ProductInput } from '#shared/schema.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createVersionReports } from '../../electron/platform/campaigns/version-reports.ts'
import { openTestPlatform } from '../helpers/platform.ts'

const openDevice = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'version-reports-'))
  const station = await openTestPlatform(directory)
  onTestFinished(async () => {
    await station.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const { platform, store, clock } = station
  const product = await platform.products.create(ProductInput.parse({ name: 'pump', protocol: 'sagoo' }))
  const { rows } = await platform.devices.ensure(product.id, [{ name: 'dev1' }])
  const deviceId = rows[0]?.id ?? 0
  const events = new PlatformEvents()
  const shown: number[] = []
  events.on('device', (id) => shown.push(id))
  const context = { store, clock, events, random: systemRandom, logger: pino({ level: 'silent' }) }
  const runs = (module: string) => platform.devices.versionsOf([deviceId], module).get(deviceId)
  return { platform, context, deviceId, shown, runs }
}

it('a report is recorded, judged and considered for late joining, then shown once', async () => {
  const { platform, context, deviceId, shown, runs } = await openDevice()
  const steps: unknown[] = []
  const report = createVersionReports(context, {
    devices: platform.devices,
    engine: { versionReported: (...step) => steps.push(step) },
    joins: { consider: (id) => steps.push(id) },
  })
  await report(deviceId, [
    { module: 'default', version: '1.0.0' },
    { module: 'MCU', version: '2.0.0' },
  ])
  expect([runs('default'), runs('MCU')]).toEqual(['1.0.0', '2.0.0'])
  expect(steps).toEqual([[deviceId, 'default', '1.0.0'], [deviceId, 'MCU', '2.0.0'], deviceId])
  expect(shown).toEqual([deviceId])
})

it('a report that fails on one module records none, and nothing is shown', async () => {
  const { platform, context, deviceId, shown, runs } = await openDevice()
  const report = createVersionReports(context, {
    devices: platform.devices,
    engine: {
      versionReported: (_id, module) => {
        if (module === 'MCU') throw new Error('the disk is full')
      },
    },
    joins: { consider: () => undefined },
  })
  const reported = report(deviceId, [
    { module: 'default', version: '1.0.0' },
    { module: 'MCU', version: '2.0.0' },
  ])
  await expect(reported).rejects.toThrow('the disk is full')
  expect(runs('default')).toBeUndefined()
  expect(shown).toEqual([])
})

it('a report of a device that was deleted is refused', async () => {
  const { platform, context, deviceId, shown } = await openDevice()
  await platform.devices.remove(deviceId, () => undefined)
  const report = createVersionReports(context, {
    devices: platform.devices,
    engine: { versionReported: () => undefined },
    joins: { consider: () => undefined },
  })
  await expect(report(deviceId, [{ module: 'default', version: '1.0.0' }])).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(shown).toEqual([])
})
