import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Language } from '#shared/languages.ts'
import type { Device, Package, Product, Upload } from '#shared/schema.ts'
import { createFleet, type FleetOptions } from '../../electron/simulator/fleet.ts'
import { programPair } from '../helpers/firmware-images.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import type { ScreenLanguage } from './browser.ts'

/** What is seen in the pictures: names in the language of each. */
export const words = {
  zh: {
    locale: 'zh-CN',
    gateway: '边缘网关',
    thermostat: '温控器',
    controller: '主控',
    radio: '无线模块',
    newImage: '网关固件',
    heating: '温控固件',
    campaign: '网关固件 2.4.1 · 二号厂房',
    meter: '电能表',
    meterImage: '电能表固件',
    meterCampaign: '电能表 3.2.0 · 差分升级',
    heatingCampaign: '温控固件 1.3.0 · 三号楼',
    canary: '试点组',
    byPerson: '人工放行',
    operator: '王师傅',
    tested: '已在实验台测试',
  },
  en: {
    locale: 'en-US',
    gateway: 'Edge gateway',
    thermostat: 'Thermostat',
    controller: 'Main controller',
    radio: 'Radio module',
    newImage: 'Gateway firmware',
    heating: 'Heating control',
    campaign: 'Gateway 2.4.1, hall 2',
    meter: 'Power meter',
    meterImage: 'Meter firmware',
    meterCampaign: 'Meters 3.2.0 by deltas',
    heatingCampaign: 'Heating 1.3.0, building 3',
    canary: 'Canary',
    byPerson: 'Release manually',
    operator: 'A. Wang',
    tested: 'tested on the bench',
  },
} as const satisfies Record<Language, { locale: ScreenLanguage } & Record<string, string>>

const upload = async (station: StationProcess, name: string, bytes: Buffer): Promise<Upload> => {
  const response = await fetch(`${station.ready.api}/uploads`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': name },
    body: new Uint8Array(bytes),
  })
  return (await response.json()) as Upload
}

/**
 * Sixty gateways, by what each does: they stand in the list in the order of their registration, and neighbours that differ show
 * more than neighbours alike.
 */
const pattern = [
  'fast',
  'slow',
  'middle',
  'fast',
  'slow',
  'absent',
  'middle',
  'slow',
  'fast',
  'upgraded',
  'middle',
  'slow',
]
const gateways = Array.from({ length: 60 }, (_, index) => ({
  name: `gw-${String(index + 1).padStart(4, '0')}`,
  does: pattern[index % pattern.length],
}))

/** Registers the gateways. */
export const registerGateways = async (station: StationProcess, product: Product): Promise<readonly Device[]> => {
  await station.call('POST', '/devices/import', {
    productId: product.id,
    csv: gateways.map(({ name }) => name).join('\n'),
  })
  return (await station.call<{ items: Device[] }>('GET', `/devices?limit=1000&productId=${product.id}`)).items
}

/** Runs the gateways of one kind, in ways of their own; ended with the test. */
export const runGateways = async (
  station: StationProcess,
  devices: readonly Device[],
  does: string,
  how: Partial<FleetOptions>,
): Promise<ReturnType<typeof createFleet>> => {
  const names = new Set(gateways.filter((gateway) => gateway.does === does).map(({ name }) => name))
  const fleet = createFleet({
    protocol: 'sagoo',
    platform: { mqttUrl: station.ready.mqtt, httpUrl: station.ready.http, ca: undefined },
    devices: devices
      .filter(({ name }) => names.has(name))
      .map(({ name, secret, accessToken }) => ({ productKey: 'gw-prod', name, secret, accessToken })),
    module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
    version: '2.3.0',
    bytesPerSecond: 0,
    failurePercent: 0,
    fault: 'mixed',
    rebootMs: 6000,
    queryMs: 0,
    ...how,
  })
  onTestFinished(() => fleet.stop())
  await fleet.start()
  return fleet
}

/** Two products, with a package for the second. */
export const setUpProducts = async (
  station: StationProcess,
  language: Language,
): Promise<{ gateway: Product; thermostat: Product }> => {
  const say = words[language]
  const gateway = await station.call<Product>('POST', '/products', {
    name: say.gateway,
    key: 'gw-prod',
    protocol: 'sagoo',
  })
  const thermostat = await station.call<Product>('POST', '/products', {
    name: say.thermostat,
    key: 'thermo',
    protocol: 'sagoo',
    autoRegister: true,
  })
  for (const [name, alias, vendor] of [
    ['MCU', say.controller, 'STMicro'],
    ['radio', say.radio, 'Espressif'],
  ])
    await station.call('POST', `/products/${gateway.id}/modules`, { name, alias, vendor })
  const image = await upload(station, 'thermostat-1.3.0.bin', randomBytes(98_304))
  await station.call<Package>('POST', '/packages', {
    productId: thermostat.id,
    name: say.heating,
    version: '1.3.0',
    verify: true,
    uploads: [image.id],
  })
  return { gateway, thermostat }
}

const METER_BYTES = 320_000

/** Runs virtual meters of one version, slow enough to be seen at it; ended with the test. */
const runMeters = async (station: StationProcess, product: Product, version: string, count: number): Promise<void> => {
  const fleet = createFleet({
    protocol: 'sagoo',
    platform: { mqttUrl: station.ready.mqtt, httpUrl: station.ready.http, ca: undefined },
    devices: Array.from({ length: count }, (_, index) => ({
      productKey: 'meter',
      name: `meter-${version.replaceAll('.', '')}-${String(index + 1).padStart(2, '0')}`,
      secret: product.secret,
      accessToken: '',
    })),
    module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
    version,
    bytesPerSecond: 6000,
    failurePercent: 0,
    fault: 'mixed',
    rebootMs: 4000,
    queryMs: 0,
  })
  onTestFinished(() => fleet.stop())
  await fleet.start()
}

/** Meters of three versions, of which two have a package here, and the package they are to go to. */
export const setUpMeters = async (station: StationProcess, language: Language): Promise<Package> => {
  const say = words[language]
  const product = await station.call<Product>('POST', '/products', {
    name: say.meter,
    key: 'meter',
    protocol: 'sagoo',
    autoRegister: true,
  })
  await station.call('PATCH', `/products/${product.id}/modules/default`, { deviceClass: 'mcu', ramBytes: 16_384 })
  const [before, after] = programPair(METER_BYTES)
  const older = before.map((byte, index) => (index % 997 === 0 ? byte ^ 0x5a : byte))
  const add = async (version: string, image: Uint8Array): Promise<Package> =>
    station.call<Package>('POST', '/packages', {
      productId: product.id,
      name: `${say.meterImage} ${version}`,
      version,
      uploads: [(await upload(station, `meter-${version}.bin`, Buffer.from(image))).id],
    })
  await add('3.0.4', older)
  await add('3.1.0', before)
  const target = await add('3.2.0', after)
  await runMeters(station, product, '2.8.1', 3)
  await runMeters(station, product, '3.0.4', 7)
  await runMeters(station, product, '3.1.0', 22)
  return target
}

/** Starts a campaign for the thermostats in groups, the second of which a person opens. */
export const startHeating = async (station: StationProcess, language: Language): Promise<void> => {
  const say = words[language]
  await station.call('POST', '/packages/1/skip-verification', { reason: say.tested })
  await station.call('POST', '/campaigns', {
    packageId: 1,
    name: say.heatingCampaign,
    groups: [{ name: say.canary, percent: 25, successPercent: 90, proceed: 'person' }],
    failureThreshold: { percent: 20, minimum: 3 },
    retry: { times: 2, intervalMinutes: 30 },
    rate: { concurrent: 10 },
  })
}
