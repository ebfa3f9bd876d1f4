import { readFileSync, writeFileSync } from 'node:fs'
import { HEADING, PAGE } from './readme.ts'
import { runSession } from './run-session.ts'
import { stepsOf, withOutputs } from './session.ts'

// npm run readme: runs the session of docs/by-hand.md and writes into it what was printed.
const page = readFileSync(PAGE, 'utf8')
const outputs = await runSession(stepsOf(page, HEADING))
writeFileSync(PAGE, withOutputs(page, HEADING, outputs))
