import { ORPCError } from '@orpc/server'
import { DomainError } from '#shared/errors.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { ApiContext } from './context.ts'
import { toApiError } from './errors.ts'

interface Step<T> {
  readonly next: () => Promise<T>
  readonly context: ApiContext
}

/**
 * Interceptors that turn every error into an API error, for every transport: around the procedures, where an unknown error is our fault
 * and is logged, and around the decoding before them, where it is the caller's fault.
 */
export const createErrorInterceptors = (logger: Logger) => ({
  clientInterceptors: [
    async <T>({ next, context }: Step<T>): Promise<T> => {
      try {
        return await next()
      } catch (error) {
        const apiError = toApiError(error, context.language)
        if (apiError.status >= 500) logger.error({ err: error }, 'a call failed inside')
        throw apiError
      }
    },
  ],
  interceptors: [
    async <T>({ next, context }: Step<T>): Promise<T> => {
      try {
        return await next()
      } catch (error) {
        if (error instanceof ORPCError) throw error
        throw toApiError(new DomainError('BAD_JSON', { detail: String(error) }, { cause: error }), context.language)
      }
    },
  ],
})
