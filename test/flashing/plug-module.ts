import { symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import type { AtDialect } from '../../electron/simulator/targets/at-dialect.ts'
import { httpFetch } from '../../electron/simulator/targets/at-fetch.ts'
import { AtModule, type AtModuleOptions } from '../../electron/simulator/targets/at-module.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { limits } from '../limits.mjs'

const clock = createAwakeClock()

/** A module behind a pty. A USB module's port is a name that goes while it restarts. */
export const plugModule = async (dialect: AtDialect, more: Partial<AtModuleOptions> = {}, leaves = false) => {
  const pair = await openPtyPair()
  const port = join('/tmp', `module-${process.pid}-${Math.random().toString(36).slice(2)}`)
  symlinkSync(pair.near, port)
  const module = new AtModule({
    clock,
    dialect,
    fetch: httpFetch,
    installMs: 300,
    restartMs: 600,
    ...(leaves && {
      leaves: (back: Promise<void>) => {
        unlinkSync(port)
        void back.then(() => symlinkSync(pair.near, port))
      },
    }),
    ...more,
  })
  const link = await openSerialLink(pair.far, { baudRate: 115_200 }, clock)
  const target = module.attach({
    send: (bytes) => void link.write(bytes).catch(() => undefined),
    // Its port is pulled by taking its name away.
    unplug: () => {
      if (!leaves) unlinkSync(port)
    },
  })
  const pump = async () => {
    for (;;) target.receive(await link.read(limits.wait))
  }
  const pumping = pump().catch(() => undefined)
  onTestFinished(async () => {
    await link.close()
    await pumping
    await pair.pull()
    try {
      unlinkSync(port)
    } catch {
      // The test has pulled it.
    }
  })
  return { module, port }
}
