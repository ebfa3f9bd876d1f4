import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { runSession } from '../docs/run-session.ts'
import { stepsOf } from '../docs/session.ts'
import { sdk } from './compiled.ts'

const missing = missingPackages().filter((name) => ['cmake', 'curl', 'gcc', 'libc6-dev'].includes(name))

describe.skipIf(missing.length > 0)("the device SDK's page (needs cmake, curl and gcc)", () => {
  it('shows how the example is built and upgrades itself, and that happens exactly so', async () => {
    const steps = stepsOf(readFileSync(join(sdk, 'README.md'), 'utf8'), '## See it work')
    expect(steps).toHaveLength(4)
    const printed = await runSession(steps)
    expect(printed.slice(1)).toEqual(steps.slice(1).map(({ shown }) => shown ?? ''))
  })
})
