import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formOf } from '../helpers/http.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { until } from '../helpers/until.ts'
import { mayMount, stationOnSmallDisk } from './small-disk.ts'

describe.skipIf(!mayMount())('on a full disk', () => {
  it('a package is refused in words, leaves nothing, and the next one that fits is taken', async () => {
    const { call, disk } = await stationOnSmallDisk()
    const { body: product } = await call('POST', '/products', { name: 'P', protocol: 'sagoo' })
    const package_ = (name: string, bytes: Buffer) =>
      formOf([['app.bin', bytes]], { productId: Number(product.id), name, version: '1' })
    const large = randomBytes(12_000_000)
    expect(await call('POST', '/packages', package_('large', large))).toMatchObject({
      status: 507,
      body: { code: 'DISK_FULL', data: { retryable: true } },
    })
    const inChinese = await call('POST', '/packages', package_('large', large), 'zh')
    expect(inChinese.body.message).toContain('磁盘空间不足')
    expect(readdirSync(join(disk, 'staging'))).toEqual([])
    expect((await call('GET', '/packages')).body.items).toEqual([])
    expect(await call('POST', '/packages', package_('small', randomBytes(10_000)))).toMatchObject({ status: 200 })
  })

  it('a patch fails in words, leaves nothing, and is made once there is room', async () => {
    const { call, disk } = await stationOnSmallDisk()
    const { body: product } = await call('POST', '/products', { name: 'P', protocol: 'sagoo' })
    const add = async (version: string) =>
      (
        await call(
          'POST',
          '/packages',
          formOf([['app.bin', randomBytes(3_200_000)]], { productId: Number(product.id), name: version, version }),
        )
      ).body.id
    await add('1.0')
    const { body: diff } = await call('POST', `/packages/${await add('2.0')}/diffs`, {
      fromVersion: '1.0',
      format: 'zstd',
    })
    const ended = () =>
      until(
        async () => (await call('GET', `/diffs/${diff.id}`)).body,
        ({ status }) => status === 'ready' || status === 'failed',
      )
    expect(await ended()).toMatchObject({ status: 'failed', error: 'DISK_FULL', size: null })
    expect(readdirSync(join(disk, 'staging'))).toEqual([])
    rmSync(join(disk, 'filler'))
    await call('POST', `/diffs/${diff.id}/retry`, {})
    expect(await ended()).toMatchObject({ status: 'ready', error: null })
  })

  it('a list and a report are refused whole, everything else goes on, and both are taken once there is room', async () => {
    const { call, mqttUrl, disk, station } = await stationOnSmallDisk()
    const { body: product } = await call('POST', '/products', { name: 'P', key: 'pk', protocol: 'sagoo' })
    await call('POST', '/devices', { productId: product.id, name: 'dev', secret: 's' })
    const list = (round: number) => ({
      productId: product.id,
      csv: Array.from({ length: 1000 }, (_, n) => `d${round}-${n},${'s'.repeat(100)}`).join('\n'),
    })
    let imported = 0
    const refused = await until(
      () => call('POST', '/devices/import', list(imported)),
      ({ status }) => {
        if (status === 200) imported++
        return status !== 200
      },
    )
    expect(refused).toMatchObject({ status: 507, body: { code: 'DISK_FULL' } })
    expect(refused.body.message).toContain('Free some space')
    expect(await call('GET', '/products/1')).toMatchObject({
      status: 200,
      body: { usage: { devices: 1 + imported * 1000 } },
    })

    // Fills what little room a refused list leaves, so that not even a report fits.
    for (let n = 0; (await call('POST', '/devices', { productId: product.id, name: `one${n}` })).status === 200; ) n++
    const client = mqtt.connect(mqttUrl, {
      username: 'dev&pk',
      password: 's',
      clientId: 'dev',
      ...onceOnly,
      reconnectPeriod: 100,
      clean: false,
    })
    onTestFinished(() => client.endAsync(true))
    let acknowledged = false
    client.publish('/ota/device/inform/pk/dev', '{"id":"1","params":{"version":"1.0.0"}}', { qos: 1 }, (error) => {
      acknowledged = !error
    })
    await until(
      () => station.err(),
      (log) => /disk is full|SQLITE_FULL/.test(log),
    )
    expect(acknowledged).toBe(false)
    expect(await call('GET', '/health')).toMatchObject({ status: 200 })

    rmSync(join(disk, 'filler'))
    await until(
      () => acknowledged,
      (yes) => yes,
    )
    expect((await call('GET', '/devices?q=dev')).body.items).toMatchObject([{ modules: [{ version: '1.0.0' }] }])
    expect(await call('POST', '/devices/import', list(imported))).toMatchObject({
      status: 200,
      body: { created: 1000 },
    })
    station.child.kill('SIGTERM')
    expect(await station.ended).toBe(0)
  })
})
