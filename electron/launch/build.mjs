import { spawn } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { ensureNode } from './node.mjs'
import { inRoot, say } from './root.mjs'
import { fingerprints, staleParts, stampFile } from './stale.mjs'

const self = fileURLToPath(import.meta.url)

/** Builds stale parts in a separate process, so that ours stays small; ends ours with exit code 1 when the build fails. */
export const ensureBuilt = async () => {
  if (staleParts().length === 0) return
  const code = await new Promise((resolve) => {
    spawn(process.execPath, [self], { stdio: ['ignore', 2, 2] }).once('exit', resolve)
  })
  if (code === 0) return
  say('the build failed; the reason stands above')
  process.exit(1)
}

const build = async () => {
  const stale = staleParts()
  if (stale.length === 0) return
  const started = performance.now()
  const prints = fingerprints()
  rmSync(stampFile(), { force: true })
  const { createBuilder } = await import('vite')
  const builder = await createBuilder({ configFile: inRoot('vite.config.ts'), logLevel: 'warn' })
  if (stale.includes('electron')) removePrograms()
  const wanted = Object.values(builder.environments).filter(({ name }) =>
    stale.includes(name === 'client' || name === 'offlinePage' ? 'renderer' : 'electron'),
  )
  /** It is written into the folder that the client's build empties. @param {{ name: string }} environment */
  const isLast = ({ name }) => name === 'offlinePage'
  await Promise.all(wanted.filter((one) => !isLast(one)).map((environment) => builder.build(environment)))
  for (const environment of wanted.filter(isLast)) await builder.build(environment)
  writeFileSync(stampFile(), JSON.stringify(prints))
  say(`built ${stale.join(' and ')} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

/** Chunk names contain a hash, so the chunks of an earlier build would never be overwritten. */
const removePrograms = () => {
  for (const name of readdirSync(inRoot('dist')))
    if (/\.c?js(\.map)?$/.test(name)) rmSync(inRoot('dist', name), { force: true })
}

if (process.argv[1] === self) {
  await ensureNode(self)
  try {
    await withLock(inRoot('dist', '.lock'), build)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
