import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../broker/programs.ts'
import { HEADING, PAGE } from './readme.ts'
import { runSession } from './run-session.ts'
import { masked, stepsOf } from './session.ts'

const missing = ['mosquitto_pub', 'mosquitto_sub', 'curl', 'bash'].filter((name) => !findProgram(name))
const needs = missing.length > 0 ? ' (needs the Debian packages mosquitto-clients and curl)' : ''

describe.skipIf(missing.length > 0)(`the page of the session by hand${needs}`, () => {
  it('shows a session with mosquitto and curl that happens exactly so', async () => {
    const steps = stepsOf(readFileSync(PAGE, 'utf8'), HEADING)
    expect(steps.length).toBeGreaterThan(10)
    const printed = await runSession(steps)
    expect(printed.map(masked)).toEqual(steps.map(({ shown }) => masked(shown ?? '')))
  })
})
