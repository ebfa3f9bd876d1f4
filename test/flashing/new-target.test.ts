import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { FlashTarget } from '#shared/targets/index.ts'
import type { Family } from '../../electron/flashing/families/family.ts'
import { LinkLostError, type UsbLink } from '../../electron/flashing/transport.ts'
import { Board } from './board.ts'
import type { openTestBench } from './test-bench.ts'

/*
 * A sixth target, over USB, in a copy of the sources: what has to be written for it is what stands here. The bench, the recipe schema and
 * the recipe editor of the copy then know it.
 */

const root = join(import.meta.dirname, '../..')

/** Files that are written anew. */
const written: Readonly<Record<string, string>> = {
  'shared/targets/blink.ts': `import { z } from 'zod'
import { anyChip, type TargetFacts } from './target-facts.ts'

export const BlinkOptions = z.strictObject({ verify: z.boolean().default(true), retries: z.number().int().min(1).max(9).default(3) })

export const blink = {
  options: BlinkOptions,
  editor: { usual: ['verify'], onlyWith: {} },
  address: { kind: 'optional', first: 0x4000 },
  identity: { unit: true, chip: true, flashSize: false },
  chips: ['BLINK-1'],
  chosenChip: anyChip,
  unitData: false,
  demo: false,
} as const satisfies TargetFacts
`,
  'electron/flashing/families/blink/index.ts': `import { BlinkOptions, blink as facts } from '#shared/targets/blink.ts'
import { FlashError, type Identity, type IdentifyJob } from '../../flasher.ts'
import { type ImageRules, overlaps, refusal } from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import type { Family } from '../family.ts'

const images: ImageRules = {
  parse: (bytes, name, address) => parseImage(bytes, name, address ?? facts.address.first, { refusal: 'ELF_NEEDS_CONVERSION' }),
  chipOf: () => undefined,
  check: (regions) => [
    ...overlaps(regions),
    ...regions.flatMap(({ name, address }) => (address < 0x4000 ? [refusal('IMAGE_UNALIGNED', { name, address })] : [])),
  ],
}

const identify = async ({ link, signal, emit }: IdentifyJob<'usb'>): Promise<Identity> => {
  emit({ kind: 'phase', phase: 'identifying' })
  const id = await link.controlIn({ type: 'vendor', request: 1, value: 0 }, 4, 1000, signal)
  const identity = { unit: Buffer.from(id).toString('hex'), chip: 'BLINK-1', flashSize: undefined, facts: {} }
  emit({ kind: 'identity', identity })
  return identity
}

export const blink: Family<'usb'> = {
  facts,
  transport: 'usb',
  settings: () => ({ vendorId: '1209' }),
  images,
  refusals: [],
  flasher: {
    identify,
    async flash(job) {
      const { link, signal, emit, regions } = job
      const { verify } = BlinkOptions.parse(job.options)
      const identity = await identify(job)
      await job.beforeErase(identity)
      emit({ kind: 'phase', phase: 'writing' })
      for (const { address, bytes } of regions) {
        await link.controlOut({ type: 'vendor', request: 2, value: address }, bytes, 1000, signal)
        if (!verify) continue
        const read = await link.controlIn({ type: 'vendor', request: 3, value: address }, bytes.length, 1000, signal)
        if (Buffer.compare(read, bytes) !== 0) throw new FlashError('ESP_MD5_MISMATCH', { name: '', address })
      }
      return identity
    },
  },
}
`,
}

/** Lines that are added to files that are there, behind the text on the left. */
const added: Readonly<Record<string, readonly (readonly [behind: string, line: string])[]>> = {
  'shared/targets/index.ts': [
    ['', "import { blink } from './blink.ts'\n"],
    ['const list = {', ' blink,'],
  ],
  'electron/flashing/families/index.ts': [
    ['', "import { blink } from './blink/index.ts'\n"],
    ['Family>> = {', ' blink,'],
  ],
  'shared/texts/en/screen/bench-targets.ts': [
    ['names: {', " blink: 'Blink',"],
    ['about: {', " blink: 'A board that blinks',"],
  ],
  'shared/texts/zh/screen/bench-targets.ts': [
    ['names: {', " blink: 'Blink',"],
    ['about: {', " blink: '会闪烁的单板',"],
  ],
}

/** A copy of the sources with the new target in it. */
const copyWithTarget = (): string => {
  const output = join(root, 'test/output')
  mkdirSync(output, { recursive: true })
  const copy = mkdtempSync(join(output, 'new-target-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  for (const part of [
    'package.json',
    'electron',
    'shared',
    'resources',
    'renderer/features/bench/recipes',
    'test/limits.mjs',
  ])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  for (const part of ['flashing', 'helpers'])
    cpSync(join(root, 'test', part), join(copy, 'test', part), { recursive: true })
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    writeFileSync(join(copy, path), text)
  }
  for (const [path, lines] of Object.entries(added)) {
    let source = readFileSync(join(copy, path), 'utf8')
    for (const [behind, line] of lines) {
      expect(source, path).toContain(behind)
      source = source.replace(behind, () => behind + line)
    }
    writeFileSync(join(copy, path), source)
  }
  return copy
}

const load = async <T>(copy: string, path: string): Promise<T> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(copy, path)).href)) as T

/** The far end of the USB cable. */
const usbDevice = () => {
  const memory = new Map<number, Uint8Array>()
  const opened: unknown[] = []
  let open = 0
  const link = (name: string): UsbLink => {
    let lost = false
    const orLost = <T>(value: T): Promise<T> =>
      lost ? Promise.reject(new LinkLostError(`${name}: closed`)) : Promise.resolve(value)
    open += 1
    return {
      transport: 'usb',
      name,
      describe: () => orLost({ vendorId: '1209', productId: '0007', serialNumber: undefined, alternates: [] }),
      claim: () => orLost(undefined),
      reset: () => orLost(undefined),
      reattach: () => orLost(undefined),
      controlIn: ({ request, value }) =>
        orLost(request === 1 ? Uint8Array.of(0xb1, 0x1e, 0, 7) : (memory.get(value) ?? new Uint8Array(0))),
      controlOut: ({ value }, bytes) => orLost(void memory.set(value, Uint8Array.from(bytes))),
      close: async () => {
        if (!lost) open -= 1
        lost = true
      },
    }
  }
  return {
    memory,
    opened,
    isOpen: () => open > 0,
    async usb(path: string, settings: unknown) {
      opened.push(settings)
      return link(path)
    },
  }
}

it('a target over USB is five files and a folder, and bench and editor know it', async () => {
  const folders = new Set(Object.keys(written).flatMap((path) => /^.*\/families\/\w+\//.exec(path) ?? []))
  const files = [...Object.keys(written), ...Object.keys(added)].filter(
    (path) => ![...folders].some((one) => path.startsWith(one)),
  )
  expect([files.length, folders.size]).toEqual([5, 1])

  const copy = copyWithTarget()
  const { families } = await load<{ families: Readonly<Record<FlashTarget, Family>> }>(
    copy,
    'electron/flashing/families/index.ts',
  )
  const harness = await load<{ openTestBench: typeof openTestBench }>(copy, 'test/flashing/test-bench.ts')
  const device = usbDevice()
  const test = await harness.openTestBench(undefined, (target) => families[target], { usb: device.usb })
  const image = Buffer.alloc(3000, 7)
  const recipe = await test.recipe({ target: 'blink', checks: [{ send: 'R', expect: '^ready' }] }, image)
  const line = await test.line([new Board()], recipe)

  const check = await test.bench.check({ recipeId: recipe.id })
  expect(check).toMatchObject({ ok: true, regions: [{ address: 0x4000, size: 3000 }] })
  const [passed] = await test.run({ lineId: line.id })
  expect(passed).toMatchObject({ state: 'passed', unit: 'b11e0007', chip: 'BLINK-1' })
  expect(Buffer.compare(device.memory.get(0x4000) ?? Buffer.alloc(0), image)).toBe(0)
  expect(device.opened).toEqual([{ vendorId: '1209' }])
  expect(device.isOpen()).toBe(false)

  // A serial port is no USB device.
  const without = await harness.openTestBench(undefined, (target) => families[target])
  const there = await without.line([new Board()], await without.recipe({ target: 'blink' }))
  expect(await without.run({ lineId: there.id })).toMatchObject([
    { state: 'failed', errorCode: 'USB_GONE', message: expect.stringContaining('sim:1') },
  ])

  const editor = await load<typeof import('../../renderer/features/bench/recipes/target-options.ts')>(
    copy,
    'renderer/features/bench/recipes/target-options.ts',
  )
  expect(editor.fieldsOf('blink' as FlashTarget)).toMatchObject([
    { key: 'verify', kind: 'switch', advanced: false },
    { key: 'retries', kind: 'number', max: 9, advanced: true },
  ])
  const { suggestedAddress } = await load<typeof import('../../renderer/features/bench/recipes/address.ts')>(
    copy,
    'renderer/features/bench/recipes/address.ts',
  )
  expect(suggestedAddress('blink' as FlashTarget, 'app.bin', {})).toBe('0x4000')
})
