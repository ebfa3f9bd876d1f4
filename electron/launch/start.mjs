import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { runInOurPlace } from './child.mjs'
import { fetchElectron, installedElectron, noWindowBecause } from './electron.mjs'
import { ensureNode } from './node.mjs'
import { endWithNpm } from './orphan.mjs'
import { inRoot, say } from './root.mjs'

const DEFAULT_LIMIT_S = 90

const main = async () => {
  await ensureNode(fileURLToPath(import.meta.url), { station: true })
  endWithNpm()
  await ensureBuilt()
  const { parseOptions } = await import(built('options.js'))
  // Help, version and option errors need no window.
  if (parseOptions(process.argv.slice(2), process.env).kind !== 'options') return goHeadless()
  const noWindow = noWindowBecause(process.platform, process.env, process.getuid?.())
  if (noWindow) return goHeadless(`${noWindow}; continuing headless`)
  const electron = await findElectron()
  if (!electron) return goHeadless()
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const code = await runInOurPlace(electron, [inRoot(), ...process.argv.slice(2)], { env })
  // 127: the loader does not find a system library
  if (code === 127) return goHeadless('Electron does not run here, the reason stands above; continuing headless')
  process.exitCode = code
}

const findElectron = async () => {
  const folder = inRoot('node_modules', 'electron')
  const installed = installedElectron(folder, process.env)
  if (installed) return installed
  const limit = Number(process.env.OTA_BENCH_ELECTRON_TIMEOUT || DEFAULT_LIMIT_S)
  say(`fetching Electron's binary, once; at most ${limit} s (OTA_BENCH_ELECTRON_TIMEOUT)`)
  const failure = await fetchElectron(limit)
  const fetched = installedElectron(folder, process.env)
  if (fetched) return fetched
  say(
    `no window, because Electron's binary could not be fetched (${failure ?? 'it is not there'}); continuing headless. ` +
      'To install it: node node_modules/electron/install.js, with ELECTRON_MIRROR set where the network needs a mirror',
  )
  return undefined
}

/** Runs the station in this very process, with the same options and therefore the same data. @param {string} [words] */
const goHeadless = async (words) => {
  if (words) say(words)
  const { run } = await import(built('run.js'))
  await run({ onReady: (/** @type {{ ui: string }} */ { ui }) => say(`open ${ui}`) })
}

/** @param {string} name */
const built = (name) => pathToFileURL(inRoot('dist', name)).href

await main()
