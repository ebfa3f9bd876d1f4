import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type Clock, systemClock } from '../basics/clock.ts'
import { isOutOfFiles } from '../basics/out-of-files.ts'
import { FaultLog } from '../basics/refusal-log.ts'
import { answerText } from './answers.ts'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/**
 * The path of a request target: without query, and without scheme and authority where a client sends the absolute form
 * (RFC 9112 §3.2.2).
 */
export const pathOf = (target: string): string => {
  const path = target.startsWith('/') ? target : target.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, '')
  const end = path.search(/[?#]/)
  return end < 0 ? path : path.slice(0, end)
}

/** One family of device-facing addresses. */
export interface Route {
  /** Start of the path, including slashes: `/ota/`. */
  readonly prefix: string
  /** Which paths with this prefix belong to the route; default: all. */
  readonly takes?: (path: string) => boolean
  readonly handle: Handle
}

/** Makes the choice of a route: the longest matching prefix that takes the path; the first one wins a tie. */
export const createRouteFinder = (routes: readonly Route[]): ((path: string) => Route | undefined) => {
  const byLength = routes.toSorted((a, b) => b.prefix.length - a.prefix.length)
  return (path) => byLength.find(({ prefix, takes }) => path.startsWith(prefix) && takes?.(path) !== false)
}

/**
 * Passes each request to the route that `createRouteFinder` chooses. An internal error in a route is logged and answered with 500 (503 when no file can be opened); if the answer has begun, the connection is closed.
 */
export const createRouter = (
  routes: readonly Route[],
  logger: Pick<Logger, 'error'>,
  clock: Pick<Clock, 'after'> = systemClock,
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const faults = new FaultLog(logger, clock)
  const routeOf = createRouteFinder(routes)

  const fail = (error: unknown, route: Route, response: ServerResponse) => {
    faults.note(`a request of a device failed at ${route.prefix}`, { err: error })
    if (response.headersSent) response.destroy()
    else if (isOutOfFiles(error))
      answerText(response, 503, 'The station has too many files open. Try again in a moment.', { 'Retry-After': '5' })
    else answerText(response, 500, 'Something went wrong on the station; it is in its log. Try again later.')
  }

  return (request, response) => {
    const route = routeOf(pathOf(request.url ?? '/'))
    if (!route) {
      return answerText(response, 404, 'There is nothing here. Use the whole address from the upgrade notice.')
    }
    try {
      const done = route.handle(request, response)
      if (done) done.catch((error: unknown) => fail(error, route, response))
    } catch (error) {
      fail(error, route, response)
    }
  }
}
