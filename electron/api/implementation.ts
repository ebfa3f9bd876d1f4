import { implement } from '@orpc/server'
import { contract } from '#shared/contract.ts'
import { DomainError } from '#shared/errors.ts'
import { API_JSON_DEPTH, isValueDeeper } from '#shared/json-depth.ts'
import type { Platform } from '../platform/platform.ts'
import { isForEngineers } from './access.ts'
import type { createAuditor } from './audit.ts'
import type { ApiContext } from './context.ts'

/** The contract with the checks of every procedure: depth of the input, the engineer lock, the audit log. */
export const createImplementation = (platform: Platform, audited: ReturnType<typeof createAuditor>) =>
  implement(contract)
    .$context<ApiContext>()
    .use(async ({ context, path, next }, input) => {
      // Every transport ends here, and the schemas recurse into the input.
      if (isValueDeeper(input, API_JSON_DEPTH)) throw new DomainError('NESTED_TOO_DEEP', { limit: API_JSON_DEPTH })
      if (isForEngineers(path.join('.'), input, platform.settings.get()))
        await platform.engineerLock.use(context.ticket)
      return next()
    })
    .use(({ context, path, next }, input) =>
      audited(
        { action: path.join('.'), input, context },
        async () => next(),
        ({ output }) => output,
      ),
    )

export type Implementation = ReturnType<typeof createImplementation>
