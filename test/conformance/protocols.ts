import type { ConformanceProtocol } from './driver.ts'
import { mqttDevice } from './mqtt-driver.ts'
import { onenetDevice } from './onenet-driver.ts'
import { iotEngineWire, sagooWire, thingspanelWire } from './wires.ts'

const DAY_MS = 86_400_000

/** Steps of docs/protocols/README.md §8.2, and the same numbers for the IoT engine's status (docs/protocols/iot-engine.md §6.2). */
const failures = [
  [-1, 'UPGRADE_FAILED'],
  [-2, 'DOWNLOAD_FAILED'],
  [-3, 'VERIFICATION_FAILED'],
  [-4, 'BURNING_FAILED'],
] as const

/** What every dialect is held to; a further one is a line here and its driver. */
export const conformanceProtocols: readonly ConformanceProtocol[] = [
  {
    protocol: 'sagoo',
    failures,
    pushes: true,
    asks: true,
    absent: 'pending',
    acknowledgeMs: undefined,
    downloadMs: DAY_MS,
    kept: (_code, words) => words,
    device: (station, credentials) => mqttDevice(station, credentials, sagooWire),
  },
  {
    protocol: 'thingspanel',
    failures,
    pushes: true,
    asks: false,
    absent: 'failed',
    acknowledgeMs: undefined,
    downloadMs: DAY_MS,
    kept: (_code, words) => words,
    device: (station, credentials) => mqttDevice(station, credentials, thingspanelWire),
  },
  {
    protocol: 'iot-engine',
    failures,
    pushes: true,
    asks: true,
    absent: 'pending',
    acknowledgeMs: 10_000,
    downloadMs: DAY_MS,
    kept: (_code, words) => words,
    device: (station, credentials) => mqttDevice(station, credentials, iotEngineWire),
  },
  {
    protocol: 'onenet',
    // docs/protocols/onenet.md §7.2: 102-107 of the download, 202-208 of the upgrade.
    failures: [
      [102, 'NO_SPACE'],
      [103, 'OUT_OF_MEMORY'],
      [104, 'REQUEST_TIMEOUT'],
      [105, 'LOW_BATTERY'],
      [106, 'WEAK_SIGNAL'],
      [107, 'DOWNLOAD_BROKE_OFF'],
      [202, 'LOW_BATTERY'],
      [203, 'OUT_OF_MEMORY'],
      [204, 'PACKAGE_MISMATCH'],
      [205, 'CHECKSUM_WRONG'],
      [206, 'UPGRADE_BROKE_OFF'],
      [207, 'RETRIES_EXHAUSTED'],
      [208, 'UPGRADE_EXPIRED'],
    ],
    pushes: false,
    asks: true,
    absent: 'pending',
    acknowledgeMs: undefined,
    downloadMs: 2 * DAY_MS,
    kept: (code) => `step ${code}`,
    device: onenetDevice,
  },
]
