import type { IncomingMessage } from 'node:http'
import type { ApiContext } from './context.ts'
import { headerText } from './header-text.ts'

/** Characters of an operator's name that are kept. */
const NAME_LENGTH = 64

/**
 * An operator's name as it was sent: percent-encoded, as headers carry ASCII alone, or as plain UTF-8, as curl sends it.
 * Null where there is none.
 */
export const operatorName = (sent: string | readonly string[] | null | undefined): string | null => {
  const text = typeof sent === 'string' ? sent : sent?.[0]
  if (!text) return null
  const name = headerText(text)
    .replace(/\p{Cc}/gu, ' ')
    .trim()
  return name === '' ? null : [...name].slice(0, NAME_LENGTH).join('')
}

/** The header of an engineer's ticket. */
const TICKET = 'x-ota-bench-engineer'

const ticketIn = (headers: Headers): string | null => {
  const sent = headers[TICKET]
  return typeof sent === 'string' && sent !== '' ? sent : null
}

/** Who calls over REST: a program, or our own page, which browsers tell of themselves (`Sec-Fetch-Site`). */
export const restCaller = ({ headers }: IncomingMessage): Pick<ApiContext, 'operator' | 'source' | 'ticket'> => ({
  operator: operatorName(headers['x-operator']),
  ticket: ticketIn(headers),
  source: headers['sec-fetch-site'] === 'same-origin' ? 'screen' : 'api',
})

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

interface Arriving<C> {
  readonly context: C
  readonly request: { readonly headers: Headers }
}

/**
 * For carriers that stay open while the operator may change: each call of a screen may carry `X-Operator`, which goes before the
 * name the connection was opened with, and an engineer's ticket.
 */
export const withCallerOfCall = <C extends ApiContext, O extends Arriving<C>, T>(
  options: O & Arriving<C> & { next(options?: O): T },
): T => {
  const { headers } = options.request
  const operator = operatorName(headers['x-operator']) ?? options.context.operator
  return options.next({ ...options, context: { ...options.context, operator, ticket: ticketIn(headers) } })
}
