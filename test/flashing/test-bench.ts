import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { LineInput, PackageInput, ProductInput, type Recipe, RecipeInput, type Run, RunInput } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import type { FlashTarget } from '#shared/targets/index.ts'
import { benchTexts } from '../../electron/api/bench-texts.ts'
import { createAtProfiles } from '../../electron/flashing/at-profiles/profile-set.ts'
import { createBench } from '../../electron/flashing/bench/bench.ts'
import type { LineView } from '../../electron/flashing/bench/bench-views.ts'
import type { Family } from '../../electron/flashing/families/family.ts'
import type { Ports } from '../../electron/flashing/ports/port-info.ts'
import { createProcessOpener } from '../../electron/flashing/programs/process-link.ts'
import type { TransportRegistry } from '../../electron/flashing/transport.ts'
import type { Clock } from '../../electron/platform/basics/clock.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createSimulatedPorts, simulatedPath } from '../../electron/station/simulated-ports.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { TestBroker } from '../helpers/platform.ts'
import { within } from '../helpers/until.ts'
import { type Board, boardFamily } from './board.ts'

const inEnglish = benchTexts('en')

/** A bench over a real store and boards of the test, without sockets and ports. */
export const openTestBench = async (
  given?: string,
  family: (target: FlashTarget) => Family = () => boardFamily,
  transports: Omit<TransportRegistry, 'serial'> = {},
  clock: Clock = createAwakeClock(),
  realPorts?: Ports,
  openReal: TransportRegistry['serial'] = () => Promise.reject(new Error('no such port')),
) => {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'bench-'))
  const store = openStore(directory)
  const events = new PlatformEvents()
  const context = { store, clock, logger: pino({ level: 'silent' }), random: systemRandom, events }
  const platform = await createPlatform(context, {
    directory,
    addresses: { publicHost: undefined, httpPort: () => 8070, httpsPort: () => undefined },
    makeBroker: (host) => new TestBroker(host),
  })
  await platform.recover()
  const noPorts = { list: async () => [], watch: () => () => {}, add: () => {}, remove: () => {} }
  const simulated = createSimulatedPorts(realPorts ?? noPorts, openReal, clock)
  const busy: number[] = []
  const { products, devices, packages, uploads, blobs, claims } = platform
  const programmers = () => platform.settings.get().programmers
  const bench = createBench(context, {
    ...{ products, devices, packages, uploads, blobs, claims },
    ports: simulated.ports,
    transports: {
      process: createProcessOpener(programmers, clock),
      usb: simulated.openUsb,
      ...transports,
      serial: simulated.open,
    },
    family,
    tools: { programmers, atProfiles: createAtProfiles(directory) },
    onBusy: (slots) => busy.push(slots),
  })
  await bench.open()
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= (async () => {
      await bench.stop()
      platform.stop()
      await store.close()
    })()
    return closed
  }
  onTestFinished(async () => {
    await close()
    if (!given) rmSync(directory, { recursive: true, force: true })
  })

  const upload = (name: string, bytes: Uint8Array): Promise<{ id: string }> =>
    uploads.receive(name, Readable.from([Buffer.from(bytes)]), undefined, 'recipe')

  const idle = (): Promise<void> => {
    const idling = new Promise<void>((resolve) => {
      const look = (): void => {
        if (bench.busy() > 0) return
        events.off('run', look)
        resolve()
      }
      events.on('run', look)
      look()
    })
    return within(idling, () => bench.runs({ limit: 20 }))
  }

  return {
    bench,
    events,
    platform,
    store,
    directory,
    busy,
    simulated,
    close,
    upload,
    idle,

    /** A recipe of one file, and what is given. */
    async recipe(
      more: Partial<Parameters<typeof RecipeInput.parse>[0] & object> = {},
      bytes = Buffer.alloc(2000, 5),
    ): Promise<Recipe> {
      const { id } = await upload('app.bin', bytes)
      return bench.recipes.create(
        RecipeInput.parse({ name: `Recipe ${Math.random()}`, target: 'xmodem', images: [{ file: id }], ...more }),
      )
    },

    /** A recipe of a package: version 2.0.0 of product `Meter`. */
    async packaged(more: Partial<Parameters<typeof RecipeInput.parse>[0] & object> = {}): Promise<Recipe> {
      const product = await products.create(ProductInput.parse({ name: 'Meter', protocol: 'sagoo' }))
      const file = await uploads.receive('app.bin', Readable.from([Buffer.alloc(1000, 9)]))
      const pack = await packages.create(
        PackageInput.parse({ productId: product.id, name: 'fw', version: '2.0.0', uploads: [file.id] }),
      )
      return bench.recipes.create(
        RecipeInput.parse({ name: 'From a package', target: 'xmodem', images: [{ packageId: pack.id }], ...more }),
      )
    },

    /** A line at `sim:1` to `sim:n`; boards are plugged in before it is made, so that nothing starts. */
    async line(
      boards: readonly (Board | undefined)[],
      recipe: Recipe | undefined,
      more: object = {},
    ): Promise<LineView> {
      boards.forEach((board, at) => {
        if (board) simulated.plug(at + 1, `usb-${at + 1}`, board.attach)
      })
      const slots = boards.map((_, at) => ({ label: `S${at + 1}`, path: simulatedPath(at + 1) }))
      return bench.createLine(
        LineInput.parse({ name: `Line ${Math.random()}`, slots, recipeId: recipe?.id ?? null, ...more }),
      )
    },

    /** Starts, and waits for every slot's end. */
    async run(input: Parameters<typeof RunInput.parse>[0]): Promise<Run[]> {
      const started = await bench.start(RunInput.parse(input), null)
      await idle()
      return started.map(({ id }) => inEnglish.ended(bench.run(id)))
    },

    start: (input: Parameters<typeof RunInput.parse>[0]) => bench.start(RunInput.parse(input), null),

    /** The slot's latest run once it has ended. */
    async ended(slotId: number): Promise<Run> {
      const [slot] = bench.snapshots.slots([slotId])
      if (slot?.run && !isOpenRun(slot.run.state) && bench.busy() === 0) return inEnglish.ended(slot.run)
      const ending = new Promise<Run>((resolve) => {
        const look = (): void => {
          const run = bench.snapshots.slots([slotId])[0]?.run
          if (!run || isOpenRun(run.state)) return
          events.off('slot', look)
          resolve(inEnglish.ended(run))
        }
        events.on('slot', look)
      })
      return within(ending, () => bench.snapshots.slots([slotId]))
    },
  }
}

export type TestBench = Awaited<ReturnType<typeof openTestBench>>
