import { z } from 'zod'
import { Line, Slot } from './bench-lines.ts'
import { Port } from './bench-ports.ts'
import { Run } from './bench-runs.ts'
import { Campaign } from './campaigns.ts'
import { Delta } from './deltas.ts'
import { Device } from './devices.ts'
import { Job } from './jobs.ts'
import { RejectedLogin } from './rejected-logins.ts'
import { Sink } from './sinks.ts'
import { Id } from './values.ts'

/** One change, with the object in its new state. Over REST it is a server-sent event named by `type`. */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), ...Job.shape }),
  z.object({ type: z.literal('campaign'), ...Campaign.shape }),
  z.object({ type: z.literal('device'), ...Device.shape }),
  /** A package has changed (e.g. its verification): read it again. */
  z.object({ type: z.literal('package'), id: Id }),
  z.object({ type: z.literal('knock'), ...RejectedLogin.shape }),
  z.object({ type: z.literal('diff'), ...Delta.shape }),
  /** A run of the flashing bench. */
  z.object({ type: z.literal('flash'), ...Run.shape }),
  z.object({ type: z.literal('slot'), ...Slot.shape }),
  z.object({ type: z.literal('line'), ...Line.shape }),
  /** A recipe has a new version: read it again. */
  z.object({ type: z.literal('recipe'), id: Id }),
  /** A port was added or removed; its path is its id. */
  z.object({ type: z.literal('port'), id: z.string(), present: z.boolean(), ...Port.shape }),
  /** A receiver of outgoing records: its backlog, its state. */
  z.object({ type: z.literal('sink'), ...Sink.shape }),
  z.object({
    type: z.literal('removed'),
    what: z.enum(['product', 'device', 'package', 'campaign', 'knock', 'diff', 'line', 'recipe', 'sink']),
    id: Id,
  }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

const LiveType = z.enum([
  'job',
  'campaign',
  'device',
  'package',
  'knock',
  'diff',
  'flash',
  'slot',
  'line',
  'recipe',
  'port',
  'sink',
  'removed',
])

export const LiveFilter = z.object({
  types: z.union([z.array(LiveType), LiveType.transform((type) => [type])]).optional(),
  /** Only the jobs of this campaign. */
  campaignId: Id.optional(),
})
