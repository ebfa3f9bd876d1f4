import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import type { TestStation } from './station.ts'
import { startTestStation } from './station.ts'

/** OneNET's own example key (docs/protocols/onenet.md §2.2). */
export const KEY = 'KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw='
export const DEVICE_KEY = 'ZGV2aWNlLWtleS1vZi1teWRldi4wMQ=='
/** 2050: devices print such a date into their firmware. */
export const FAR = 2529385073

export interface Signing {
  readonly res: string
  readonly key?: string
  readonly et?: number
  readonly method?: string
  readonly version?: string
  /** Percent-encoded values, as the SDKs send them; OneNET's examples send them raw. */
  readonly encoded?: boolean
}

/** A token as a device makes it, from the vendor's formula and nothing of the station's. */
export const authorize = ({
  res,
  key = KEY,
  et = FAR,
  method = 'sha1',
  version = '2018-10-31',
  encoded = false,
}: Signing): string => {
  const sign = createHmac(method, Buffer.from(key, 'base64'))
    .update([et, method, res, version].join('\n'))
    .digest('base64')
  const value = encoded ? encodeURIComponent : (text: string) => text
  return `version=${version}&res=${value(res)}&et=${et}&method=${method}&sign=${value(sign)}`
}

/** What came back, as it came. */
export interface RawAnswer {
  readonly status: number
  /** In order, names as sent. */
  readonly headers: readonly (readonly [string, string])[]
  /** After the headers, chunks put together. */
  readonly body: Buffer
  readonly bytes: number
  /** Everything, as it came. */
  readonly whole: Buffer
  header(name: string): string | undefined
  json(): Record<string, unknown> & { data?: Record<string, unknown> }
}

export interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One request on a connection of its own, byte for byte as given: nothing is normalised by a client's library. */
export const request = (
  { ready }: Pick<TestStation, 'ready'>,
  { method = 'GET', path, headers = {}, body }: Sent,
): Promise<RawAnswer> => {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host:ota.heclouds.com',
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    ...(body === undefined ? [] : [`Content-Length:${String(Buffer.byteLength(body)).padStart(7)}`]),
  ]
  return exchange(Number(new URL(ready.http).port), `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`, method === 'HEAD')
}

/** Sends bytes and reads one answer by the lengths it tells. */
export const exchange = (port: number, bytes: string | Uint8Array, headOnly = false): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const finish = (ended: boolean) => {
      const answer = parse(received, headOnly || ended)
      if (!answer) return ended ? reject(new Error(`no whole answer: ${received.toString('latin1')}`)) : undefined
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      finish(false)
    })
    socket.on('error', reject)
    socket.on('end', () => finish(true))
  })

const parse = (received: Buffer, ended: boolean): RawAnswer | undefined => {
  const split = received.indexOf('\r\n\r\n')
  if (split < 0) return undefined
  const [statusLine = '', ...lines] = received.subarray(0, split).toString('latin1').split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  // Case-sensitive, as the official C client compares.
  const header = (name: string) => headers.find(([own]) => own === name)?.[1]
  const rest = received.subarray(split + 4)
  const body = bodyOf(rest, header('Content-Length'), header('Transfer-Encoding') === 'chunked', ended)
  return (
    body && {
      status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]),
      headers,
      header,
      body,
      bytes: received.length,
      whole: received,
      json: () => JSON.parse(body.toString()) as Record<string, unknown>,
    }
  )
}

const bodyOf = (rest: Buffer, length: string | undefined, chunked: boolean, ended: boolean): Buffer | undefined => {
  if (chunked) {
    if (!rest.includes('0\r\n\r\n')) return undefined
    // The official C client reads exactly one chunk.
    const end = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16)
    return rest.subarray(end + 2, end + 2 + size)
  }
  if (length === undefined) return ended ? rest : undefined
  return rest.length >= Number(length) || ended ? rest.subarray(0, Number(length)) : undefined
}

export interface Prepared {
  readonly station: TestStation
  readonly productId: number
  /** A call with a token over the product, or with another one. */
  call(sent: Sent & { readonly authorization?: string | null }): Promise<RawAnswer>
  /** Makes a package and a campaign of it for all devices. */
  campaign(more?: {
    readonly module?: string
    readonly version?: string
    readonly bytes?: Buffer
    readonly retry?: { times: number; intervalMinutes: number }
    readonly conditions?: { signal?: number; battery?: number }
  }): Promise<{ readonly id: number; readonly bytes: Buffer }>
  job(campaignId: number): Promise<{
    readonly id: number
    readonly state: string
    readonly progress: number
    readonly errorCode: string | null
    readonly description: string | null
    readonly attempt: number
  }>
}

/** A station with OneNET's product 33704 and its device 32981907. */
export const prepareOneNet = async (
  options: Parameters<typeof startTestStation>[0] & {
    readonly autoRegister?: boolean
    readonly devices?: string[]
  } = {},
): Promise<Prepared> => {
  const { autoRegister = false, devices = ['32981907'], ...stationOptions } = options
  const station = await startTestStation(stationOptions)
  const product = await station.client.products.create({
    name: 'OneNET',
    key: '33704',
    protocol: 'onenet',
    secret: KEY,
    autoRegister,
  })
  for (const name of devices) await station.client.devices.create({ productId: product.id, name, secret: DEVICE_KEY })
  let made = 0
  return {
    station,
    productId: product.id,
    call: ({ authorization, headers, ...sent }) =>
      request(station, {
        ...sent,
        headers: {
          ...(authorization !== null && { Authorization: authorization ?? authorize({ res: 'products/33704' }) }),
          ...headers,
        },
      }),
    async campaign({ module, version = '5.0', bytes = Buffer.from(image), retry, conditions } = {}) {
      made += 1
      const pack = await station.addPackage({
        productId: product.id,
        name: `package ${made}`,
        version,
        bytes,
        ...(module !== undefined && { module }),
      })
      const campaign = await station.client.campaigns.create({
        packageId: pack.id,
        name: `campaign ${made}`,
        ...(retry && { retry }),
        ...(conditions && { conditions }),
      })
      return { id: campaign.id, bytes }
    },
    async job(campaignId) {
      const [job] = (await station.client.campaigns.jobs({ id: campaignId })).items
      if (!job) throw new Error('the campaign has no job')
      return job
    },
  }
}

/** 60,000 bytes that differ from place to place. */
const image = Buffer.from(Array.from({ length: 60_000 }, (_, at) => (at * 31 + (at >> 8) * 17) & 0xff))

export const CHECK = '/ota/south/check?dev_id=32981907&manuf=001&model=00108&type=1&version=4.0&cdn=false'

/** Checks for the task and gives its token. */
export const tokenOf = async ({ call }: Pick<Prepared, 'call'>, path = CHECK): Promise<string> => {
  const { errno, data } = (await call({ path })).json()
  if (errno !== 0) throw new Error(`no task: ${String(errno)}`)
  return String(data?.token)
}
