import { z } from 'zod'
import { atProfileName } from '../at-profiles.ts'
import { patternFault } from '../pattern.ts'
import { rule } from '../phrase.ts'
import { baudRate } from './serial-options.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

const seconds = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback)

/** A host name or address as it stands in a URL, without port. */
const host = /^[A-Za-z0-9.:_-]{0,253}$/

/** How a recipe for the target `at-fota` updates. */
export const AtFotaOptions = z.strictObject({
  /** The dialogue of the module: a profile of the station. */
  profile: z.string().regex(atProfileName, rule('atProfileName')).default('generic').meta({ field: 'atProfile' }),
  baudRate: baudRate(115_200),
  /** The module fetches the package from the station's download server, or gets it over its AT port. */
  way: z.enum(['http', 'serial']).default('http'),
  /** The station's host as the module reaches it; empty: `--public-host`, else the best address. */
  host: z.string().max(253).regex(host, rule('atHost')).default(''),
  /** A pattern that the version must match afterwards; empty: it must differ from the one before. */
  version: z
    .string()
    .max(200)
    .superRefine((source, context) => {
      const fault = source === '' ? undefined : patternFault(source)
      if (fault) context.addIssue({ code: 'custom', message: rule(fault) })
    })
    .default(''),
  /** Seconds to wait for the module's first `OK`. */
  startSeconds: seconds(30, 600),
  /** A download without progress for this time has failed. */
  idleSeconds: seconds(120, 3600),
  /** A restarted module must answer within this time. */
  rebootSeconds: seconds(180, 3600),
})
export type AtFotaOptions = z.infer<typeof AtFotaOptions>

/** Cellular and Wi-Fi modules that are told to update themselves by AT commands. */
export const atFota = {
  options: AtFotaOptions,
  editor: { usual: ['profile', 'way', 'baudRate', 'version'], onlyWith: { host: ['way', 'http'] } },
  address: { kind: 'none' },
  identity: { unit: true, chip: true, flashSize: false },
  probe: { options: { startSeconds: 3 }, silence: ['AT_SILENT'] },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
