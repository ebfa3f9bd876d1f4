import { readFileSync, writeFileSync } from 'node:fs'
import { HEADING, README } from './readme.ts'
import { runSession } from './run-session.ts'
import { stepsOf, withOutputs } from './session.ts'

// npm run readme: runs the README's session and writes into it what was printed.
const readme = readFileSync(README, 'utf8')
const outputs = await runSession(stepsOf(readme, HEADING))
writeFileSync(README, withOutputs(readme, HEADING, outputs))
