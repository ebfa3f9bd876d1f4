import { describe, expect, it } from 'vitest'
import { authorize, exchange, type RawAnswer } from '../helpers/onenet.ts'
import { type Bench, image, prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

/** Names as files have them: long ones, and one that reads like a header. */
const fileNames = ['app.bin', `${'firmware-'.repeat(12)}v2.bin`, 'LongRange-2.0.bin', 'Content-Range.bin']

/** Where the bytes of an offer are, with what a client of the protocol sends beside its range. */
const download = ({ device: { credentials } }: Bench, locator: string): { path: string; headers: string[] } => {
  if (locator.startsWith('http')) return { path: new URL(locator).pathname, headers: [] }
  const res = `products/${credentials.productKey}`
  const token = authorize({ res, key: credentials.productSecret, encoded: true })
  return { path: `/ota/south/download/${locator}`, headers: [`Authorization:${token}`] }
}

/** The STM32 demo's way of finding the file: behind the first `Range`, at the next line break and four bytes on. */
const asTheDemoReads = (answer: Buffer): Buffer => answer.subarray(answer.indexOf('\r', answer.indexOf('Range')) + 4)

describe.each(conformanceProtocols)('the head of a download by $protocol', (protocol) => {
  const ask = async (fileName: string, range: string | undefined, close: boolean): Promise<RawAnswer> => {
    const bench = await prepare(protocol)
    const { device, station, productId } = bench
    const pack = await station.addPackage({ productId, name: 'named', version: '3.0.0', bytes: image, fileName })
    await device.start()
    await station.client.campaigns.create({ packageId: pack.id, name: 'named' })
    const { locator } = await device.offered()
    await device.acknowledge()
    const { path, headers } = download(bench, locator)
    const lines = [
      ...[`GET ${path} HTTP/1.1`, 'Host:bench', ...headers],
      ...(range ? [`Range:${range}`] : []),
      ...(close ? ['Connection:close'] : []),
    ]
    return exchange(Number(new URL(station.ready.http).port), `${lines.join('\r\n')}\r\n\r\n`)
  }

  it.each(fileNames)('of a piece of %s ends with Content-Range, and has no other Range', async (fileName) => {
    for (const close of [false, true]) {
      const answer = await ask(fileName, 'bytes=100-1123', close)
      expect(answer.status).toBe(206)
      const names = answer.headers.map(([name]) => name)
      expect(names.at(-1)).toBe('Content-Range')
      expect(names.slice(0, 2)).toEqual(['Date', 'Connection'])
      expect(names.length).toBeLessThanOrEqual(10)
      expect(answer.header('Content-Range')).toBe(`bytes 100-1123/${image.length}`)
      expect(answer.body).toEqual(image.subarray(100, 1124))
      if (protocol.protocol === 'onenet' || !fileName.includes('Range'))
        expect(asTheDemoReads(answer.whole)).toEqual(image.subarray(100, 1124))
    }
  })

  it.each(fileNames)('of %s has no line that LinkSDK cannot hold', async (fileName) => {
    for (const range of [undefined, 'bytes=0-1023']) {
      const answer = await ask(fileName, range, false)
      const lines = answer.headers.map(([name, value]) => `${name}: ${value}\r\n`)
      expect(lines.filter((line) => Buffer.byteLength(line) >= 128)).toEqual([])
      expect(answer.body).toEqual(range ? image.subarray(0, 1024) : image)
    }
  })
})
