import { DomainError } from '#shared/errors.ts'
import { rulePhrase } from '#shared/phrase.ts'
import type { SimulatorInput, SimulatorStatus } from '#shared/schema.ts'
import type { Platform } from '../platform/platform.ts'
import type { SimulatorAccess, SimulatorHost } from '../simulator/host.ts'
import { deviceProtocols } from '../simulator/protocols/index.ts'

/** Controls the station's virtual devices. */
export interface Simulation {
  status(): SimulatorStatus
  start(input: SimulatorInput): Promise<SimulatorStatus>
  stop(): Promise<SimulatorStatus>
}

/** Digits of a virtual device's number: `sim-0001`. */
const NUMBER_DIGITS = 4

/**
 * Registers the virtual devices, as an operator would, and runs them: the station cannot distinguish them from real ones.
 * A device that was upgraded before keeps its version.
 */
export const createSimulation = (
  platform: Platform,
  simulator: SimulatorHost,
  address: () => SimulatorAccess['platform'],
): Simulation => ({
  status: () => simulator.status(),

  async start(input) {
    const product = platform.products.row(input.productId)
    const module = platform.products.modules(product.id).find(({ name }) => name === input.module)
    if (!deviceProtocols[product.protocol])
      throw new DomainError('INVALID_FIELD', { field: 'productId', rule: rulePhrase('virtualDevices') })
    if (!module) throw new DomainError('NOT_FOUND', { what: 'module', id: input.module })
    const wanted = Array.from({ length: input.count }, (_, n) => ({
      name: `${input.prefix}-${String(n + 1).padStart(NUMBER_DIGITS, '0')}`,
    }))
    const { rows } = await platform.devices.ensure(product.id, wanted)
    const versions = platform.devices.versionsOf(
      rows.map((row) => row.id),
      input.module,
    )
    const running = new Set([input.version, ...versions.values()])
    return simulator.start(input, {
      images: [...running].flatMap((version) => {
        const path = platform.imageOf({ productId: product.id, module: input.module }, version)
        return path === undefined ? [] : [{ version, path }]
      }),
      protocol: product.protocol,
      platform: address(),
      module,
      devices: rows.map((row) => ({
        productKey: product.key,
        name: row.name,
        secret: row.secret,
        accessToken: row.accessToken,
        version: versions.get(row.id) ?? input.version,
      })),
    })
  },

  stop: () => simulator.stop(),
})
