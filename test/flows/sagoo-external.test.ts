import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { end, findProgram, freePort, startUntil } from '../broker/programs.ts'
import { expectCompact, takeApart } from '../helpers/compact.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { startTestStation } from '../helpers/station.ts'

const mosquitto = findProgram('mosquitto')

/** A station behind a mosquitto of its own, a device of it, and a client of that broker in its name. */
const prepare = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sagoo-mosquitto-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  writeFileSync(join(folder, 'mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
  const peer = await startUntil(mosquitto ?? '', ['-v', '-c', join(folder, 'mosquitto.conf')], 'running')
  onTestFinished(() => end(peer))
  const url = `mqtt://127.0.0.1:${port}`
  const station = await startTestStation({ broker: url })
  const product = await station.client.products.create({ name: 'Gateway', key: 'a1pk', protocol: 'sagoo' })
  await station.client.devices.create({ productId: product.id, name: 'dev1' })
  const pack = await station.addPackage({ productId: product.id, name: 'gw', version: '2.0.0' })
  const device = await mqtt.connectAsync(url, { clientId: 'dev1', ...onceOnly }, false)
  onTestFinished(() => device.endAsync(true))
  const heard: { topic: string; payload: Buffer }[] = []
  const takers: (() => void)[] = []
  device.on('message', (topic, payload) => {
    heard.push({ topic, payload })
    takers.shift()?.()
  })
  const nth = async (n: number) => {
    while (heard.length < n) await new Promise<void>((resolve) => takers.push(resolve))
    return heard[n - 1]?.payload ?? Buffer.alloc(0)
  }
  return { station, pack, device, heard, nth }
}

describe.skipIf(!mosquitto)(`sagoo at somebody else's broker${mosquitto ? '' : ' (needs mosquitto)'}`, () => {
  it('answers the older pull once, though its answer comes back to it on the topic of the question', async () => {
    const { station, pack, device, heard, nth } = await prepare()
    const request = '/ota/device/request/a1pk/dev1'
    await device.subscribeAsync(request, { qos: 1 })
    const ask = () => device.publishAsync(request, '{"id":1,"params":{"version":"1.0.0"}}', { qos: 1 })
    await ask()
    // Its own question comes first, as the broker tells it to whoever subscribes.
    expect(String(await nth(2))).toBe('{"id":1,"code":200,"data":{}}')
    await station.client.campaigns.create({ packageId: pack.id, name: 'all', push: false })
    await ask()
    const notice = await nth(4)
    expectCompact(notice)
    expect(JSON.parse(String(notice))).toMatchObject({ code: '200', data: { version: '2.0.0' } })
    // Whatever the station made of its own answers would stand before this one.
    await ask()
    expect(JSON.parse(String(await nth(6)))).toMatchObject({ data: { version: '2.0.0' } })
    expect(heard).toHaveLength(6)
  })

  it('serves blocks over MQTT there too', async () => {
    const { station, pack, device, nth } = await prepare()
    await device.subscribeAsync(['/ota/device/upgrade/a1pk/dev1', '/sys/a1pk/dev1/thing/file/download_reply'], {
      qos: 1,
    })
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all', protocol: 'mqtt' })
    await device.publishAsync('/ota/device/inform/a1pk/dev1', '{"id":"1","params":{"version":"1.0.0"}}', { qos: 1 })
    const { data } = JSON.parse(String(await nth(1)))
    expect(data).toMatchObject({ dProtocol: 'mqtt', streamFileId: 1, extData: { strategy: campaign.id } })
    await device.publishAsync(
      '/sys/a1pk/dev1/thing/file/download',
      `{"id":"1","params":{"fileInfo":{"streamId":${data.streamId},"fileId":1,},"fileBlock":{"size":4096,"offset":0}}}`,
      { qos: 1 },
    )
    const { json, rest } = takeApart(await nth(2))
    expect(json).toMatchObject({ code: 200, data: { bSize: 4096, fileLength: 4096 } })
    expect(rest.subarray(0, -2).equals(Buffer.alloc(4096, 7))).toBe(true)
  })
})
