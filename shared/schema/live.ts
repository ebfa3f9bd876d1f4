import { z } from 'zod'
import { Campaign } from './campaigns.ts'
import { Device } from './devices.ts'
import { Diff } from './diffs.ts'
import { Job } from './jobs.ts'
import { Knock } from './knocks.ts'
import { Id } from './values.ts'

/** One change, as the object now is. Over REST it is a server-sent event named by `type`. */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), ...Job.shape }),
  z.object({ type: z.literal('campaign'), ...Campaign.shape }),
  z.object({ type: z.literal('device'), ...Device.shape }),
  /** A package changed (its verification, say): read it again. */
  z.object({ type: z.literal('package'), id: Id }),
  z.object({ type: z.literal('knock'), ...Knock.shape }),
  z.object({ type: z.literal('diff'), ...Diff.shape }),
  z.object({
    type: z.literal('removed'),
    what: z.enum(['product', 'device', 'package', 'campaign', 'knock', 'diff']),
    id: Id,
  }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

const liveTypes = ['job', 'campaign', 'device', 'package', 'knock', 'diff', 'removed'] as const

export const LiveFilter = z.object({
  types: z.union([z.array(z.enum(liveTypes)), z.enum(liveTypes).transform((type) => [type])]).optional(),
  /** Jobs of this campaign alone. */
  campaignId: Id.optional(),
})
