import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Flag, Id } from './schema.ts'

/* How procedures are routed over REST, and their common inputs and outputs. */

export const byId = z.object({ id: Id })
export const done = z.object({ ok: z.literal(true) })
export const forced = byId.extend({ force: Flag.default(false) })

export const get = (path: `/${string}`, summary: string) =>
  oc.route({ method: 'GET', path, summary, tags: [path.split('/')[1] ?? ''] })
export const post = (path: `/${string}`, summary: string) =>
  oc.route({ method: 'POST', path, summary, tags: [path.split('/')[1] ?? ''] })
export const put = (path: `/${string}`, summary: string) =>
  oc.route({ method: 'PUT', path, summary, tags: [path.split('/')[1] ?? ''] })
export const patch = (path: `/${string}`, summary: string) =>
  oc.route({ method: 'PATCH', path, summary, tags: [path.split('/')[1] ?? ''] })
export const remove = (path: `/${string}`, summary: string) =>
  oc.route({ method: 'DELETE', path, summary, tags: [path.split('/')[1] ?? ''] })
