import { describe, expect, it } from 'vitest'
import { authorize, request } from '../helpers/onenet.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { until } from '../helpers/until.ts'
import { type Bench, image, prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

const named = (name: string) => {
  const protocol = conformanceProtocols.find((one) => one.protocol === name)
  if (!protocol) throw new Error(`no ${name}`)
  return protocol
}
const versionOf = async ({ station, device }: Bench): Promise<string | undefined> =>
  (await station.client.devices.get({ id: device.credentials.id })).modules[0]?.version

describe('a version printed as a JSON number', () => {
  const numbers = ['4.10', '1.0', '7', '123456789012345678901', '1e2', '-0']

  it.each([
    ['sagoo', (n: string) => ['/ota/device/inform/bench/dev1', `{"id":1,"params":{"version":${n}}}`]],
    ['thingspanel', (n: string) => ['/ota/device/inform/token-of-dev1', `{"id":"1","params":{"version":${n}}}`]],
    [
      'thingspanel',
      (n: string) => ['ota/device/inform', `{"token":"token-of-dev1","values":{"params":{"version":${n}}}}`],
    ],
    ['iot-engine', (n: string) => ['/sys/bench/dev1/ota/firmware/version', `{"data ":{"firmwareVersion ":${n}}}`]],
  ] as const)('keeps its digits by %s over MQTT', async (protocol, message) => {
    const bench = await prepare(named(protocol))
    const { accessToken, name, secret } = bench.device.credentials
    const username = protocol === 'thingspanel' ? accessToken : `${name}&bench`
    const raw = await connectRaw(bench.station.mqttUrl, username, secret)
    for (const number of numbers) {
      const [topic = '', payload = ''] = message(number)
      await raw.publish(topic, payload)
      expect(await versionOf(bench)).toBe(number)
    }
  })

  it('keeps its digits by onenet over HTTP, within its twenty characters', async () => {
    const bench = await prepare(named('onenet'))
    const { station, device } = bench
    const call = async (method: string, path: string, body?: string) => {
      const answer = await request(station, {
        method,
        path,
        headers: { Authorization: authorize({ res: 'products/bench/devices/dev1', key: device.credentials.secret }) },
        ...(body === undefined ? {} : { body }),
      })
      return answer.json()
    }
    const at = '/ota/device/version?dev_id=dev1'
    for (const number of ['4.10', '1.0', '7', '12345678901234567890', '1e2']) {
      expect(await call('POST', at, `{"f_version":${number},"s_version":null}`)).toMatchObject({ errno: 0 })
      expect((await call('GET', at)).data).toMatchObject({ f_version: number })
      expect(await versionOf(bench)).toBe(number)
    }
    expect(await call('POST', at, '{"f_version":123456789012345678901}')).toMatchObject({ errno: 27 })
    expect(await call('POST', '/fuse-ota/bench/dev1/version', '{"f_version":4.20}')).toMatchObject({ code: 0 })
    expect(await versionOf(bench)).toBe('4.20')
  })

  it('proves the package of the same text, and no other', async () => {
    const bench = await prepare(named('sagoo'))
    const { station, productId, device } = bench
    await device.start()
    const pack = await station.addPackage({ productId, name: 'ten', version: '4.10', bytes: image })
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'ten' })
    await device.offered()
    const raw = await connectRaw(station.mqttUrl, 'dev1&bench', device.credentials.secret)
    await raw.publish('/ota/device/inform/bench/dev1', '{"params":{"version":4.1}}')
    expect(await bench.job(id)).toMatchObject({ fromVersion: '4.1' })
    await raw.publish('/ota/device/inform/bench/dev1', '{"params":{"version":4.10}}')
    expect(await bench.job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('is not the only number that comes back as it came: an id in an answer has its digits too', async () => {
    const { station, device } = await prepare(named('sagoo'))
    const raw = await connectRaw(station.mqttUrl, 'dev1&bench', device.credentials.secret)
    const get = '/sys/bench/dev1/thing/ota/firmware/get'
    await raw.subscribe(`${get}_reply`)
    for (const id of ['12345678901234567890123', '7.0', '5'])
      expect(await raw.publish(get, `{"id":${id},"params":{}}`).then(() => raw.next())).toMatchObject({
        text: `{"id":${id},"code":200,"data":{}}`,
      })
  })
})

describe.each(conformanceProtocols.filter(({ protocol }) => protocol !== 'onenet'))(
  'what a device of $protocol reports',
  (protocol) => {
    it.each(['1.0.0+45', 'V1.0 (beta)', '固件1.0', '"1.0", \'x\' <b>&amp; 100%', '=1+1'])(
      'can be chosen as it stands: %s',
      async (version) => {
        const bench = await prepare(protocol)
        const { station, device, packageId, productId, campaign, reaches } = bench
        const { client } = station
        const other = await bench.another('dev2')
        await other.start('1.0.0')
        await device.start(version)
        expect(await versionOf(bench)).toBe(version)
        const shares = (await client.products.versions({ id: productId, module: 'default' })).items
        expect(shares.map((share) => share.version)).toContain(version)

        const preview = await client.campaigns.preview({ packageId, fromVersions: [version] })
        expect(preview).toMatchObject({ matching: 1, versionNotSelected: 1 })
        const listed = await client.devices.list({ productId, module: 'default', version })
        expect(listed.items.map(({ name }) => name)).toEqual(['dev1'])
        const query = new URLSearchParams({ productId: String(productId), module: 'default', version })
        expect((await station.rest('GET', `/devices?${query}`)).body).toMatchObject({ items: [{ name: 'dev1' }] })

        const id = await campaign({ fromVersions: [version] })
        expect(await bench.jobs(id)).toMatchObject([{ deviceName: 'dev1', fromVersion: version }])
        await device.offered()
        await reaches(id, 'notified')
        expect(await client.campaigns.get({ id })).toMatchObject({ fromVersions: [version] })
        const csv = await (
          await fetch(`${station.ready.api}/campaigns/${id}/report?format=csv`, {
            headers: { Authorization: `Bearer ${station.ready.token}` },
          })
        ).text()
        const cell = /^[=+\-@]/.test(version) ? `'${version}` : version
        expect(csv).toContain(/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
      },
    )

    it('can be the version that a delta is made from, uploaded for, and sent to', async () => {
      const bench = await prepare(protocol)
      const { station, device, packageId, campaign } = bench
      const { client } = station
      const version = '固件1.0 (beta)+45'
      await device.start(version)
      const old = Buffer.from(image)
      old.write('the old one', 500)
      const authorization = { Authorization: `Bearer ${station.ready.token}` }
      const base = await fetch(`${station.ready.api}/uploads?purpose=base`, {
        method: 'POST',
        headers: { ...authorization, 'X-File-Name': 'old.bin' },
        body: new Uint8Array(old),
      })
      const { id: baseUpload } = (await base.json()) as { id: string }
      const made = await client.diffs.create({ id: packageId, fromVersion: version, baseUpload, format: 'bsdiff' })
      const isReady = (diffId: number) =>
        until(
          () => client.diffs.get({ id: diffId }),
          ({ status }) => status === 'ready',
        )
      const diff = await isReady(made.id)
      expect(diff).toMatchObject({ fromVersion: version, fileName: 'firmware-from-__1.0__beta__45.bsdiff' })
      const id = await campaign({ mode: 'diff' })
      const offer = await device.offered()
      const fetched = await device.fetch(offer)
      expect([fetched.ok, fetched.bytes.length]).toEqual([true, diff.size])
      expect(await bench.job(id)).toMatchObject({ artifact: 'diff', fromVersion: version })

      const form = new FormData()
      form.set('fromVersion', version)
      form.set('format', 'custom')
      form.set('file', new Blob([old.subarray(0, 900)]), 'mine.patch')
      const answer = await fetch(`${station.ready.api}/packages/${packageId}/diffs/upload`, {
        method: 'POST',
        headers: authorization,
        body: form,
      })
      const taken = (await answer.json()) as { id: number }
      expect(taken).toMatchObject({ fromVersion: version, format: 'custom' })
      expect(await isReady(taken.id)).toMatchObject({ fromVersion: version })
    })
  },
)

it('a package alone has the form of the documents, in its target version', async () => {
  const { station, productId } = await prepare(named('sagoo'))
  for (const version of ['1.0.0+45', 'V1.0 (beta)', '固件1.0'])
    await expect(station.addPackage({ productId, name: 'x', version, bytes: image })).rejects.toMatchObject({
      code: expect.stringMatching(/BAD_REQUEST|INVALID/),
    })
})

it('names of packages are their own within a product, and the refusal names the other one', async () => {
  const { station, productId } = await prepare(named('sagoo'))
  const other = await station.client.products.create({ name: 'Other', protocol: 'sagoo' })
  await station.addPackage({ productId, name: 'firmware', version: '3.0', bytes: image })
  const same = await station.addPackage({ productId: other.id, name: 'firmware', version: '3.0', bytes: image })
  expect(same).toMatchObject({ name: 'firmware', productId: other.id })
  await expect(station.addPackage({ productId, name: 'firmware', version: '3.1', bytes: image })).rejects.toMatchObject(
    { code: 'ALREADY_EXISTS', message: expect.stringContaining('firmware (default · 3.0)') },
  )
  await expect(station.addPackage({ productId, name: 'again', version: '3.0', bytes: image })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
    message: expect.stringContaining('3.0 (firmware)'),
  })
})
