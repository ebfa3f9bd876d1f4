import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../launch/launched.ts'
import { withCampaignOptions } from './campaign-options.ts'
import { HEADING, PAGE } from './readme.ts'
import { runSession } from './run-session.ts'
import { stepsOf, withOutputs } from './session.ts'

// npm run readme: writes the options of a campaign into docs/operator-api.md, then runs the session of docs/by-hand.md and writes
// into it what was printed.
const api = join(root, 'docs', 'operator-api.md')
writeFileSync(api, withCampaignOptions(readFileSync(api, 'utf8')))
const page = readFileSync(PAGE, 'utf8')
const outputs = await runSession(stepsOf(page, HEADING))
writeFileSync(PAGE, withOutputs(page, HEADING, outputs))
