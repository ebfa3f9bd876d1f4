import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Campaign } from '#shared/schema.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import { isShort } from './length.ts'
import { table, wait, withStation } from './scratch.ts'

const CHROMIUM = '/usr/bin/chromium'
const VIEWPORT = { width: 1920, height: 1080 }
const ROWS = isShort ? 10 : 1000
const SLOTS = isShort ? 2 : 64
const SECONDS = isShort ? 1 : 15
const LOADS = isShort ? 1 : 5

interface Load {
  /** First contentful paint, ms after navigation. */
  readonly paint: number
  /** Bytes as they came over the wire, heads included. */
  readonly bytes: number
}

/** Opens the screen with an empty cache. */
const load = async (browser: Browser, url: string): Promise<Load> => {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.goto(url)
    await page.getByTestId('nav-bench').waitFor()
    const paint = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const first = list.getEntriesByName('first-contentful-paint')[0]
            if (first) resolve(first.startTime)
          }).observe({ type: 'paint', buffered: true })
        }),
    )
    return { paint, bytes }
  } finally {
    await context.close()
  }
}

interface Live {
  readonly frames: number
  /** The longest task of the page, ms; below 50 the browser tells of none. */
  readonly longest: number
  /** Tasks over 50 ms. */
  readonly long: number
}

const watch = (page: Page): Promise<Live> =>
  page.evaluate(
    (milliseconds) =>
      new Promise<Live>((resolve) => {
        let frames = 0
        let longest = 0
        let long = 0
        const began = performance.now()
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) {
            long++
            longest = Math.max(longest, duration)
          }
        }).observe({ type: 'longtask' })
        const frame = (): void => {
          frames++
          const elapsed = performance.now() - began
          if (elapsed < milliseconds) requestAnimationFrame(frame)
          else resolve({ frames: (frames / elapsed) * 1000, longest, long })
        }
        requestAnimationFrame(frame)
      }),
    SECONDS * 1000,
  )

const live = async (browser: Browser, url: string, show: (page: Page) => Promise<void>): Promise<Live> => {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' })
  try {
    const page = await context.newPage()
    await page.goto(url)
    await show(page)
    // What the browser compiles and lays out first is part of the load.
    await pause(1000)
    return await watch(page)
  } finally {
    await context.close()
  }
}

/** A campaign whose devices download for as long as somebody watches. */
const startRows = async (station: StationProcess): Promise<void> => {
  await station.call('POST', '/products', { name: 'bench', key: 'bench', protocol: 'sagoo' })
  const upload = await station.upload('bench.bin', Buffer.alloc(1 << 20, 'image'))
  await station.call('POST', '/packages', { productId: 1, name: 'bench', version: '2.0.0', uploads: [upload] })
  const bytesPerSecond = Math.ceil((1 << 20) / (SECONDS + 60))
  await station.call('POST', '/simulator/start', { productId: 1, count: ROWS, bytesPerSecond })
  const versions = (): Promise<{ items: { version: string | null; devices: number }[] }> =>
    station.call('GET', '/products/1/version-distribution')
  await wait(async () =>
    (await versions()).items.some(({ version, devices }) => version === '1.0.0' && devices === ROWS),
  )
  await station.call('POST', '/campaigns', { packageId: 1, name: 'bench' })
  await wait(async () => (await station.call<Campaign>('GET', '/campaigns/1')).counts.pending === 0)
}

const rowOf = (what: string, { frames, longest, long }: Live): readonly string[] => [
  what,
  `${frames.toFixed(0)} frames/s`,
  long === 0 ? 'no task over 50 ms' : `${long} tasks over 50 ms, the longest ${longest.toFixed(0)} ms`,
]

/** The screen in Debian's Chromium on the machine of the station. */
export const bench = async (): Promise<string> => {
  const title = 'The screen'
  if (!existsSync(CHROMIUM)) return `## ${title}\n\nChromium is not installed.`
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const browser = await chromium.launch({ executablePath: CHROMIUM, args })
  try {
    const version = browser.version()
    const loads = await withStation(async ({ ready }) => {
      const all: Load[] = []
      for (let n = 0; n < LOADS; n++) all.push(await load(browser, ready.ui))
      return all
    })
    const paints = loads.map(({ paint }) => paint).sort((a, b) => a - b)
    const rows = await withStation(async (station) => {
      await startRows(station)
      const url = new URL(station.ready.ui)
      return live(browser, url.href, async (page) => {
        await page.getByTestId('nav-bench').waitFor()
        await page.evaluate(() => {
          location.hash = '#/campaigns/1'
        })
        await page.getByText('sim-').first().waitFor()
      })
    })
    const slots = await withStation(async (station) => {
      await station.call('POST', '/bench/demo/start', { slots: SLOTS, failurePercent: 5 })
      return live(browser, station.ready.ui, async (page) => {
        await page.getByTestId('nav-bench').click()
        await page.locator('[data-lamp="writing"]').first().waitFor()
      })
    })
    return table(
      `${title} in Chromium ${version}, ${VIEWPORT.width} × ${VIEWPORT.height}, on the station's machine`,
      ['what', 'figure', ''],
      [
        [
          'first load, empty cache',
          `${(Math.max(...loads.map(({ bytes }) => bytes)) / 1000).toFixed(0)} KB`,
          `first paint after ${(paints[paints.length >> 1] ?? Number.NaN).toFixed(0)} ms, slowest ${(paints.at(-1) ?? Number.NaN).toFixed(0)} ms of ${LOADS}`,
        ],
        rowOf(`campaign with ${ROWS.toLocaleString('en')} virtual devices downloading`, rows),
        rowOf(`bench with ${SLOTS} slots of the demo lines`, slots),
      ],
    )
  } finally {
    await browser.close()
  }
}
