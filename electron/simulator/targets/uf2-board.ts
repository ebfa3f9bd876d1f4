import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, FaultPlan } from './faults.ts'
import type { TargetClock } from './target.ts'

/** The steps of a boot drive at which faults may occur: one block, and the restart when all are there. */
export type Uf2Step = 'write' | 'end'

/** A chip's boot loader: what its drive says, and the families that it takes. */
interface Uf2Chip {
  readonly info: string
  readonly families: readonly number[]
}

/** Chips by name. */
export const uf2Chips = {
  RP2040: {
    info: 'UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n',
    families: [0xe48bff56],
  },
  RP2350: {
    info: 'UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n',
    families: [0xe48bff57, 0xe48bff58, 0xe48bff59, 0xe48bff5a, 0xe48bff5b],
  },
  nRF52840: {
    info: 'UF2 Bootloader 0.6.2 lib/nrfx (v2.0.0)\r\nModel: Feather nRF52840\r\nBoard-ID: nRF52840-Feather-revD\r\n',
    families: [0xada52840],
  },
} as const satisfies Readonly<Record<string, Uf2Chip>>
export type Uf2ChipName = keyof typeof uf2Chips

interface Uf2BoardOptions {
  /** The drive's folder; its parent must exist. */
  readonly folder: string
  readonly chip: Uf2ChipName
  readonly faults?: readonly Fault<Uf2Step>[]
}

/** How often a board that is watched looks at its folder. */
const LOOK_MS = 50
const BLOCK = 512
const ownFiles = new Set(['info_uf2.txt', 'index.htm'])

/**
 * A board in its UF2 boot loader, whose drive is a folder: it takes the blocks of its families from any file, ignores all others, and when
 * it has every block of a family it leaves, which removes the folder.
 */
export class Uf2Board {
  readonly #options: Uf2BoardOptions
  readonly #chip: Uf2Chip
  readonly #faults: FaultPlan<Uf2Step>
  /** Numbers of the blocks that it has, by family. */
  readonly #have = new Map<number, Set<number>>()
  /** Blocks of each file that were looked at. */
  readonly #seen = new Map<string, number>()
  #isMute = false
  #unwatch: () => void = () => {}

  /** What was written, by address. */
  readonly memory = new Map<number, Buffer>()
  /** Blocks that it took. */
  taken = 0
  /** How often it started a whole image. */
  starts = 0

  constructor(options: Uf2BoardOptions) {
    this.#options = options
    this.#chip = uf2Chips[options.chip]
    this.#faults = new FaultPlan(options.faults ?? [])
  }

  /** Whether its drive is there. */
  get isThere(): boolean {
    return existsSync(this.#options.folder)
  }

  /** Enters the boot loader: the drive appears, with no file of an earlier try. */
  enter(): void {
    const { folder } = this.#options
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'INFO_UF2.TXT'), this.#chip.info)
    writeFileSync(join(folder, 'INDEX.HTM'), '<html></html>')
    this.#have.clear()
    this.#seen.clear()
    this.#isMute = false
  }

  /** Looks at the folder again and again, as a boot loader gets what the computer writes. */
  watch(clock: TargetClock): void {
    const look = (): void => {
      this.take()
      this.#unwatch = clock.after(LOOK_MS, look)
    }
    this.#unwatch()
    this.#unwatch = clock.after(LOOK_MS, look)
  }

  /** The cable is pulled, or the board restarts: the drive is gone. */
  leave(): void {
    rmSync(this.#options.folder, { recursive: true, force: true })
  }

  /** Takes the board off the bench: nothing looks any more. */
  dispose(): void {
    this.#unwatch()
    this.leave()
  }

  /** Takes what was written since the last time. */
  take(): void {
    const { folder } = this.#options
    if (!this.isThere) return
    for (const name of readdirSync(folder)) {
      if (ownFiles.has(name.toLowerCase())) continue
      const bytes = readFileSync(join(folder, name))
      // A shorter file is another one.
      const seen = this.#seen.get(name) ?? 0
      const from = seen * BLOCK > bytes.length ? 0 : seen
      const whole = Math.floor(bytes.length / BLOCK)
      this.#seen.set(name, whole)
      for (let at = from; at < whole; at++) {
        this.#block(bytes.subarray(at * BLOCK, (at + 1) * BLOCK))
        if (!this.isThere) return
      }
    }
  }

  #block(block: Buffer): void {
    const [flags, address, size, number, count, family] = [8, 12, 16, 20, 24, 28].map((at) => block.readUInt32LE(at))
    if (this.#isMute || block.readUInt32LE(0) !== 0x0a324655 || block.readUInt32LE(508) !== 0x0ab16f30) return
    if (family === undefined || number === undefined || count === undefined || address === undefined) return
    if (((flags ?? 0) & 0x2000) !== 0 && !this.#chip.families.includes(family)) return
    const fault = this.#faults.at('write')
    if (fault === 'silence') this.#isMute = true
    if (fault === 'unplug') this.leave()
    if (fault !== undefined) return
    this.memory.set(address, Buffer.from(block.subarray(32, 32 + (size ?? 0))))
    this.taken += 1
    const have = this.#have.get(family) ?? new Set<number>()
    this.#have.set(family, have.add(number))
    if (have.size === count) this.#restart()
  }

  #restart(): void {
    if (this.#faults.at('end') !== undefined) {
      this.#isMute = true
      return
    }
    this.starts += 1
    this.leave()
  }
}
