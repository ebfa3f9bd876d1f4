import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { end, findProgram, freePort, startUntil } from '../broker/programs.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const mosquitto = findProgram('mosquitto')

/** Where a device speaks and where it waits, in the wrapping of ThingsPanel's own broker and without. */
const ways = [
  {
    what: 'the topics of the documents',
    inform: ['/ota/device/inform/tok-1', '{"id":"1","params":{"version":"1.0.0"}}'],
    progress: ['/ota/device/progress/tok-1', '{"step":"-2","desc":"why"}'],
    notice: '/ota/device/upgrade/tok-1',
  },
  {
    what: 'release 0.5.4.1, whose broker tells the sender by its token',
    inform: ['ota/device/inform', '{"token":"tok-1","values":{"id":"1","params":{"version":"1.0.0"}}}'],
    progress: ['ota/device/progress', '{"token":"tok-1","values":{"step":"-2","desc":"why"}}'],
    notice: 'ota/device/inform/tok-1',
  },
] as const

describe.skipIf(!mosquitto)(
  `at somebody else's broker${mosquitto ? '' : ' (needs the Debian package mosquitto)'}`,
  () => {
    let folder: string
    let url: string
    let peer: ChildProcess

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mosquitto-'))
      const port = await freePort()
      url = `mqtt://127.0.0.1:${port}`
      writeFileSync(join(folder, 'mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
      peer = await startUntil(mosquitto ?? '', ['-v', '-c', join(folder, 'mosquitto.conf')], 'running')
    })
    afterEach(async () => {
      await end(peer)
      rmSync(folder, { recursive: true })
    })

    it.each(ways)('a ThingsPanel device is heard and told by $what', async ({ inform, progress, notice }) => {
      const station = await startTestStation({ broker: url })
      const { client } = station
      const product = await client.products.create({ name: 'P', protocol: 'thingspanel' })
      const device = await client.devices.create({ productId: product.id, name: 'dev1', accessToken: 'tok-1' })
      const pack = await station.addPackage({ productId: product.id, name: 'package', version: '2.0.0' })
      const raw = await connectRaw(url, 'any', '')
      await raw.subscribe(notice)
      await raw.publish(inform[0], inform[1])
      await until(
        async () => (await client.devices.get({ id: device.id })).modules,
        ([module]) => module?.version === '1.0.0',
      )
      const { id } = await client.campaigns.create({ packageId: pack.id, name: 'campaign' })
      expect(JSON.parse((await raw.next()).text)).toMatchObject({ code: 200, params: { version: '2.0.0' } })
      const job = async () => (await client.campaigns.jobs({ id })).items[0]
      await until(job, (now) => now?.state === 'notified')
      await raw.publish(progress[0], progress[1])
      const failed = await until(job, (now) => now?.state === 'failed')
      // Our own notice, come back on the topic of version reports, has not passed for one.
      expect(failed).toMatchObject({ errorCode: 'DOWNLOAD_FAILED', description: 'why' })
      expect((await client.devices.get({ id: device.id })).modules).toMatchObject([{ version: '1.0.0' }])
    })

    it('a device that was never heard has failed where its protocol says so', async () => {
      const station = await startTestStation({ broker: url })
      const { client } = station
      const product = await client.products.create({ name: 'P', protocol: 'thingspanel' })
      await client.devices.create({ productId: product.id, name: 'dev1' })
      const pack = await station.addPackage({ productId: product.id, name: 'package', version: '2.0.0' })
      const { id } = await client.campaigns.create({ packageId: pack.id, name: 'campaign' })
      await until(
        async () => (await client.campaigns.jobs({ id })).items[0],
        (now) => now?.errorCode === 'DEVICE_OFFLINE',
      )
    })
  },
)
