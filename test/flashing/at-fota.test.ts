import { symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Run, RunWithLog } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import type { AtDialect } from '../../electron/simulator/targets/at-dialect.ts'
import { espAtModule, plainModule, quectelModule, simcomModule } from '../../electron/simulator/targets/at-dialects.ts'
import { httpFetch } from '../../electron/simulator/targets/at-fetch.ts'
import { AtModule, type AtModuleOptions, atPackage } from '../../electron/simulator/targets/at-module.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { limits } from '../limits.mjs'

const clock = createAwakeClock()

/** A module behind a pty. A USB module's port is a name that goes while it restarts. */
const plugModule = async (dialect: AtDialect, more: Partial<AtModuleOptions> = {}, leaves = false) => {
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

/** A station with a line of one module and a recipe with a package. */
const prepare = async (
  station: TestStation,
  port: string,
  options: Record<string, unknown>,
  file: Buffer = atPackage('2.0.0', 60_000),
) => {
  const { client } = station
  const product = await client.products.create({ name: `Modem ${Math.random()}`, protocol: 'sagoo' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'fw',
    version: '2.0.0',
    bytes: file,
    fileName: 'EC25_delta.bin',
  })
  const recipe = await client.bench.createRecipe({
    name: `Modem ${Math.random()}`,
    target: 'at-fota',
    options: { startSeconds: 5, rebootSeconds: 20, ...options },
    images: [{ packageId: pack.id }],
  })
  const line = await client.bench.createLine({
    name: `Modems ${Math.random()}`,
    recipeId: recipe.id,
    slots: [{ label: 'A', path: port }],
  })
  const slot = () => client.bench.getLine({ id: line.id }).then(({ slots }) => slots[0])
  await until(slot, (one) => one?.port !== null)
  const start = async (): Promise<Run> => {
    const slotId = (await slot())?.id ?? 0
    const { items } = await client.bench.start({ slotIds: [slotId] })
    if (!items[0]) throw new Error('no run was started')
    return items[0]
  }
  const ended = (id: number): Promise<RunWithLog> =>
    until(
      () => client.bench.getRun({ id }),
      ({ state }) => !isOpenRun(state),
    )
  const run = async (): Promise<RunWithLog> => ended((await start()).id)
  return { product, recipe, line, slot, start, ended, run }
}

const logOf = (run: RunWithLog): string[] => run.log.map(({ words }) => words)

it.each([
  ['quectel', 'http', quectelModule('EC25', true), true],
  ['quectel', 'serial', quectelModule(), false],
  ['simcom', 'http', simcomModule(), false],
  ['simcom', 'serial', simcomModule(), false],
  ['esp-at', 'http', espAtModule(), false],
  ['generic', 'http', plainModule(), false],
] as const)(
  '%s over %s: the module takes the package from this station and restarts into its version',
  async (profile, way, dialect, leaves) => {
    const { module, port } = await plugModule(dialect, {}, leaves)
    const station = await startTestStation()
    const size = way === 'serial' && profile === 'simcom' ? 6_000 : 60_000
    const test = await prepare(station, port, { profile, way }, atPackage('2.0.0', size))
    const run = await test.run()
    expect(run).toMatchObject({ state: 'passed', message: null })
    expect(module.version).toBe('2.0.0')
    expect(module.received).toBe(way === 'http' ? size : 0)
    const slot = await test.slot()
    expect(slot?.unit?.facts).toMatchObject({
      model: expect.any(String),
      versionBefore: expect.stringContaining('1.0.0'),
      versionAfter: expect.stringContaining('2.0.0'),
    })
    expect(run.unit).toBe(profile === 'esp-at' ? '246f28c0dbfe' : '490154203237518')
    const log = logOf(run).join('\n')
    expect(log).toMatch(/version before: .*1\.0\.0[\s\S]*version after: .*2\.0\.0/)
    // The address was that run's own.
    const url = /http:\/\/[^"\s]+/.exec(log)?.[0]
    if (way === 'http' && profile !== 'simcom' && profile !== 'esp-at') {
      if (url === undefined) throw new Error('no address in the log')
      expect((await fetch(url)).status).toBe(410)
    }
  },
)
