import type { IncomingMessage } from 'node:http'
import type { ApiContext } from './context.ts'
import { headerText } from './header-text.ts'

/** Maximum stored length of an operator's name, in characters. */
const NAME_LENGTH = 64

/**
 * An operator's name as sent: percent-encoded, because headers carry ASCII only, or plain UTF-8, as curl sends it.
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

/** The source of a REST call: a program, or our own page, which browsers mark by `Sec-Fetch-Site`. */
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
 * For transports that stay open while the operator may change. Each call of a screen may carry an engineer's ticket, and `X-Operator`,
 * which overrides the name given when the connection opened.
 */
export const withCallerOfCall = <C extends ApiContext, O extends Arriving<C>, T>(
  options: O & Arriving<C> & { next(options?: O): T },
): T => {
  const { headers } = options.request
  const operator = operatorName(headers['x-operator']) ?? options.context.operator
  return options.next({ ...options, context: { ...options.context, operator, ticket: ticketIn(headers) } })
}
