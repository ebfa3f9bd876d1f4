import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { UpgradeOffer } from '../dialect.ts'
import type {
  BytesAnswer,
  DeviceHttp,
  HttpDevice,
  HttpDialect,
  HttpProduct,
  HttpRequest,
  HttpTask,
} from '../http-dialect.ts'
import { DEFAULT_MODULE, ModuleMember, OptionalVersionMember, readAs } from '../message-fields.ts'
import { sameText } from '../signed-login.ts'
import { extDataOf, filesOf, signOf } from './notice.ts'
import { ProgressParams, taskReport } from './reports.ts'

/** SagooIOT over HTTP (docs/protocols/sagoo.md §9). */

const API = '/base-api/openapi/v1/'
const DeviceKey = z.string().regex(DEVICE_NAME_PATTERN, 'no device key')
const Question = z.object({ deviceKey: DeviceKey, version: OptionalVersionMember, module: ModuleMember })
const NorthQuestion = z.object({ deviceKey: DeviceKey })
const Report = z.object({ params: ProgressParams.extend({ deviceKey: DeviceKey }) })

/** `{"code":0,"message":""}`: 0 as in the document's examples; the code of a refusal is its HTTP status. */
const answer = (data?: unknown): BytesAnswer => ({
  kind: 'bytes',
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ code: 0, message: '', data }),
})
const refuse = (status: 400 | 401 | 404 | 405 | 429 | 500, message: string): BytesAnswer => ({
  kind: 'bytes',
  status,
  headers: { 'Content-Type': 'application/json', ...(status === 405 ? { Allow: 'GET, POST' } : {}) },
  body: JSON.stringify({ code: status, message }),
  refused: message,
})

/** Reads the query parameters by a schema. */
const readQuery = <T>(schema: z.ZodType<T>, { query }: HttpRequest) =>
  readAs(schema, Buffer.from(JSON.stringify(Object.fromEntries(query))))

/** The device that a call names, before the call is validated. */
const namedDevice = ({ query, body }: HttpRequest): string | undefined => {
  const inBody = readAs(z.object({ params: z.object({ deviceKey: DeviceKey }) }), body)
  const named = DeviceKey.safeParse(query.get('deviceKey'))
  return named.data ?? (inBody.ok ? inBody.value.params.deviceKey : undefined)
}

/**
 * The product that signed the call: `ak` is its key, `sk` its secret, `sign = hex(HMAC-SHA256(sk, "ak="+ak+"&time="+time))`.
 * `time` is only part of the signed text and is not checked: devices on an isolated network have no reliable clock. `appId` is
 * ignored. A refused caller is listed among the rejected logins.
 */
const signer = (request: HttpRequest, deviceHttp: DeviceHttp): HttpProduct | undefined => {
  const { query } = request
  const ak = query.get('ak') ?? ''
  const time = query.get('time') ?? ''
  if (!PRODUCT_KEY_PATTERN.test(ak) || !/^\d{1,15}$/.test(time)) return undefined
  const product = deviceHttp.product(ak)
  if (product && product.secret !== '') {
    const expected = createHmac('sha256', product.secret).update(`ak=${ak}&time=${time}`).digest('hex')
    if (sameText((query.get('sign') ?? '').toLowerCase(), expected)) return product
  }
  const deviceName = namedDevice(request)
  if (deviceName === undefined) return undefined
  const device = product && deviceHttp.device(product, deviceName)
  const reason = device ? 'wrong-secret' : product ? 'unknown-device' : 'unknown-product'
  deviceHttp.rejected?.({ productKey: ak, deviceName, productId: product?.id, deviceId: device?.id, reason })
  return undefined
}

/** Whether the device may begin or continue the task: not a new one while its campaign is held, and not an installed one. */
const isOffered = (task: HttpTask): boolean => task.state !== 'installing' && (task.state !== 'pending' || !task.held)

/** Members as in the document; a package of several files has a list of files instead of the single URL. */
const infoOf = (offer: UpgradeOffer) => {
  const [file, ...more] = offer.files
  const only = more.length === 0 ? file : undefined
  return {
    url: only?.url,
    version: offer.version,
    isDiff: offer.diff && 1,
    module: offer.module,
    sign: only && signOf(offer, only),
    signMethod: offer.signMethod.toLowerCase(),
    size: only?.size,
    extData: extDataOf(offer),
    files: only ? undefined : filesOf(offer),
  }
}

interface Call {
  readonly request: HttpRequest
  readonly deviceHttp: DeviceHttp
  readonly product: HttpProduct
}

/** The device that a signed call names; an unknown one is registered if the product allows self-registration. */
const deviceOf = async ({ deviceHttp, product }: Call, name: string): Promise<HttpDevice | undefined> => {
  const known = deviceHttp.device(product, name)
  const device = known ?? (product.autoRegister ? await deviceHttp.register(product, name) : undefined)
  if (device) deviceHttp.seen(device)
  else
    deviceHttp.rejected?.({
      productKey: product.key,
      deviceName: name,
      productId: product.id,
      reason: product.autoRegister ? 'register-limit' : 'unknown-device',
      secretless: true,
    })
  return device
}

const noSuchDevice = refuse(404, 'no such device')
const unknownDevice: BytesAnswer = { ...noSuchDevice, unproven: true }

/** The device reports its version and queries for an upgrade. */
const getInfo = async (call: Call): Promise<BytesAnswer> => {
  const { request, deviceHttp } = call
  const read = readQuery(Question, request)
  if (!read.ok) return refuse(400, read.refused)
  const { deviceKey, version, module = DEFAULT_MODULE } = read.value
  const device = await deviceOf(call, deviceKey)
  if (!device) return unknownDevice
  if (version !== undefined) await deviceHttp.report(device, [{ module, version }])
  const task = deviceHttp.tasks(device).find((open) => open.module === module && isOffered(open))
  const offer = task && deviceHttp.offer(task, request)
  if (!offer) return answer({})
  // The campaign may have no free place now.
  if (!(await deviceHttp.signal(task, { kind: 'notified' }))) return answer({})
  // The document returns the size only to applications; a device learns it from the download.
  const { size: _, ...info } = infoOf(offer)
  return answer(info)
}

/** The device reports its progress or a failure; the steps are those of MQTT. */
const writeInfo = async (call: Call): Promise<BytesAnswer> => {
  const read = readAs(Report, call.request.body)
  if (!read.ok) return refuse(400, read.refused)
  const { deviceKey, ...report } = read.value.params
  const device = await deviceOf(call, deviceKey)
  if (!device) return unknownDevice
  await call.deviceHttp.reported(device, taskReport(report))
  return answer()
}

/** An application queries the target version of a device; this does not mark the device as notified. */
const getNorthInfo = async ({ request, deviceHttp, product }: Call): Promise<BytesAnswer> => {
  const read = readQuery(NorthQuestion, request)
  if (!read.ok) return refuse(400, read.refused)
  const device = deviceHttp.device(product, read.value.deviceKey)
  if (!device) return noSuchDevice
  const offers = deviceHttp
    .tasks(device)
    .flatMap((task) => (isOffered(task) ? (deviceHttp.offer(task, request) ?? []) : []))
  return answer(offers.map(infoOf))
}

const calls: ReadonlyMap<string, (call: Call) => Promise<BytesAnswer>> = new Map([
  [`GET ${API}ota/get_ota_info`, getInfo],
  [`POST ${API}ota/write_ota_info`, writeInfo],
  [`GET ${API}north/get_ota_info`, getNorthInfo],
])
const paths = new Set([...calls.keys()].map((call) => call.slice(call.indexOf(' ') + 1)))

export const sagooHttp: HttpDialect = {
  protocol: 'sagoo',
  prefixes: [API],
  takes: (path) => paths.has(path),
  async handle(request, deviceHttp) {
    const serve = calls.get(`${request.method} ${request.path}`)
    if (!serve) return refuse(405, 'no such method here')
    const product = signer(request, deviceHttp)
    return product
      ? serve({ request, deviceHttp, product })
      : { ...refuse(401, 'not signed with the key and secret of a product'), unproven: true }
  },
  refuseCaller: () => refuse(429, 'too many refused calls, try again in a minute'),
  failed: () => refuse(500, 'internal error'),
}
