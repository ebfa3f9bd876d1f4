import { auditedCalls } from '#shared/audited-calls.ts'
import type { Run } from '#shared/schema.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { Platform } from '../platform/platform.ts'
import { auditDetail } from './audit-detail.ts'
import type { ApiContext } from './context.ts'

interface Call {
  readonly action: string
  readonly input: unknown
  readonly context: ApiContext
}

const idOf = (input: unknown): number | undefined => {
  const id = typeof input === 'object' && input && 'id' in input ? Number(input.id) : Number.NaN
  return Number.isSafeInteger(id) ? id : undefined
}

const unitIn = (input: unknown): string => (typeof input === 'object' && input && 'id' in input ? String(input.id) : '')

const productIn = (input: unknown): number | undefined =>
  typeof input === 'object' && input && 'productId' in input ? idOf({ id: input.productId }) : undefined

const nameIn = (output: unknown): string | undefined => {
  if (typeof output !== 'object' || !output) return undefined
  if ('deviceName' in output && typeof output.deviceName === 'string') return output.deviceName
  return 'name' in output && typeof output.name === 'string' ? output.name : undefined
}

/** Writes an entry for every call that changed something, after it did. */
export const createAuditor = (platform: Platform, bench: Bench, logger: Logger) => {
  const { products, devices, packages, campaigns, diffs, bases, jobs, knocks, audit } = platform

  const nameOf: Readonly<Record<string, (id: number) => string | undefined>> = {
    products: (id) => products.row(id).name,
    devices: (id) => devices.row(id).name,
    packages: (id) => packages.row(id).name,
    campaigns: (id) => campaigns.get(id).name,
    jobs: (id) => {
      const { deviceName, module, toVersion } = jobs.get(id)
      return `${deviceName} · ${module} · ${toVersion}`
    },
    diffs: (id) => {
      const { packageId, fromVersion, toVersion } = diffs.get(id)
      return `${packages.row(packageId).name} · ${fromVersion} → ${toVersion}`
    },
    bases(id) {
      const { version, name } = bases.row(id)
      return `${version} · ${name}`
    },
    sinks: (id) => platform.sinks.nameOf(id),
    // For these calls the id is that of the package.
    'diffs.create': (id) => packages.row(id).name,
    'diffs.upload': (id) => packages.row(id).name,
    knocks: (id) => knocks.snapshots([id])[0]?.deviceName ?? undefined,
  }

  /** All bench calls share one namespace but have different kinds of objects. */
  const nameAtBench = (action: string, id: number): string | undefined => {
    if (/Recipe$/.test(action)) return bench.recipes.get(id).name
    if (/Run$/.test(action)) return runName(bench.run(id))
    if (/Console$/.test(action)) {
      const { slot, place } = bench.consoles.get(id)
      return slot ?? place
    }
    if (/[.]clear$/.test(action)) return bench.snapshots.slots([id])[0]?.label
    return bench.line(id).name
  }
  const runName = ({ lineName, slotLabel, recipeName }: Pick<Run, 'lineName' | 'slotLabel' | 'recipeName'>): string =>
    `${lineName} · ${slotLabel} · ${recipeName}`

  /** The name before the action, because a deleted object has no name afterwards; undefined when the object does not exist. */
  const nameBefore = ({ action, input }: Call): string | undefined => {
    const id = idOf(input)
    const productId = productIn(input)
    try {
      if (action === 'bench.relabel') return undefined
      if (id !== undefined && action.startsWith('bench.')) return nameAtBench(action, id)
      if (id !== undefined) return (nameOf[action] ?? nameOf[action.split('.')[0] ?? ''])?.(id)
      // An object without a name is named by its product.
      return nameIn(input) === undefined && productId !== undefined ? products.row(productId).name : undefined
    } catch {
      return undefined
    }
  }

  const subjectOf = ({ action, input }: Call, before: string | undefined, output: unknown): string => {
    // A unit's id is no number of a row.
    if (action === 'bench.relabel') return unitIn(input)
    const id = idOf(input) ?? idOf(output)
    const name = before ?? nameIn(output) ?? nameIn(input) ?? ''
    return [name, id === undefined ? '' : `#${id}`].filter(Boolean).join(' ')
  }

  /** Runs a call and records it when it succeeded. */
  return async <T>(call: Call, carryOut: () => Promise<T>, outputOf: (result: T) => unknown): Promise<T> => {
    if (!auditedCalls.has(call.action)) return carryOut()
    const before = nameBefore(call)
    const result = await carryOut()
    const { operator, source } = call.context
    try {
      await audit.record({
        operator,
        source,
        action: call.action,
        subject: subjectOf(call, before, outputOf(result)),
        detail: auditDetail(call.input),
      })
    } catch (error) {
      // The action has succeeded: an error for the missing audit entry would be wrong.
      logger.error({ err: error, action: call.action }, 'an action could not be written into the log of actions')
    }
    return result
  }
}
