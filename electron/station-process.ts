import { nodeTooOld } from './process/node-version.ts'

// This check runs before any native module is loaded, therefore the dynamic import below.
const complaint = nodeTooOld(process.versions.node)
if (complaint) {
  process.stderr.write(`${complaint}\n`)
  process.exit(1)
}

const { run } = await import('./process/run.ts')
await run()
