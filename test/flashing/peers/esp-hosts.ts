import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { esp } from '../../../electron/flashing/families/esp/index.ts'
import type { Region } from '../../../electron/flashing/flasher.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import type { EspRomOptions } from '../../../electron/simulator/targets/esp-rom.ts'
import { type EspRom, espRom } from '../../../electron/simulator/targets/esp-rom.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { run } from '../../helpers/program.ts'
import { openPtyPair } from '../../helpers/pty.ts'
import { targetOnPty } from '../../helpers/target-on-pty.ts'

const clock = createAwakeClock()

/** A program that flashes chips. A pty has no control lines, so the chip is left in its loader. */
export interface EspHost {
  readonly name: string
  write(port: string, regions: readonly Region[], eraseAll?: boolean): Promise<void>
  /** The MAC, lower-case hex. */
  mac(port: string): Promise<string>
}

/** The flasher of this program. */
export const ours: EspHost = {
  name: 'ours',
  write: async (port, regions, eraseAll = false) => {
    const link = await openSerialLink(port, esp.settings({}), clock)
    try {
      await esp.flasher.flash({
        link,
        regions,
        options: { reset: 'none', after: 'stay', baudRate: 115_200, eraseAll },
        signal: new AbortController().signal,
        clock,
        emit: () => undefined,
        beforeErase: () => undefined,
      })
    } finally {
      await link.close()
    }
  },
  mac: async (port) => {
    const link = await openSerialLink(port, esp.settings({}), clock)
    try {
      const signal = new AbortController().signal
      const identity = await esp.flasher.identify({
        link,
        options: { reset: 'none' },
        signal,
        clock,
        emit: () => undefined,
      })
      return identity.unit ?? ''
    } finally {
      await link.close()
    }
  },
}

/** Ways in which Espressif's program writes. */
export interface EsptoolWay {
  readonly stub: boolean
  readonly deflated: boolean
}

/** Espressif's esptool, as `TEST_ESPTOOL` starts it. */
export class Esptool implements EspHost {
  readonly name: string
  readonly #command: readonly string[]
  readonly #way: EsptoolWay

  constructor(command: readonly string[], way: EsptoolWay) {
    this.#command = command
    this.#way = way
    this.name = `esptool ${way.stub ? 'with stub' : 'by ROM'}, ${way.deflated ? 'deflated' : 'plain'}`
  }

  /** Runs one of its commands on a chip. */
  async at(port: string, ...words: readonly string[]): Promise<string> {
    const after = this.#way.stub ? ['--after', 'no-reset-stub'] : ['--no-stub', '--after', 'no-reset']
    return this.plain('--port', port, '--before', 'no-reset', ...after, ...words)
  }

  /** Runs a command that needs no chip. */
  async plain(...words: readonly string[]): Promise<string> {
    const [program = '', ...first] = this.#command
    const { stdout } = await run(program, [...first, ...words])
    return stdout
  }

  async write(port: string, regions: readonly Region[], eraseAll = false): Promise<void> {
    await inFolder(async (folder) => {
      const files: string[] = []
      for (const { name, address, bytes } of regions) {
        await writeFile(join(folder, name), bytes)
        files.push(String(address), join(folder, name))
      }
      const how = [...(this.#way.deflated ? [] : ['--no-compress']), ...(eraseAll ? ['--erase-all'] : [])]
      await this.at(port, 'write-flash', ...how, ...files)
    })
  }

  async verify(port: string, region: Region): Promise<void> {
    await inFolder(async (folder) => {
      await writeFile(join(folder, region.name), region.bytes)
      await this.at(port, 'verify-flash', String(region.address), join(folder, region.name))
    })
  }

  async read(port: string, address: number, size: number): Promise<Uint8Array> {
    return inFolder(async (folder) => {
      await this.at(port, 'read-flash', String(address), String(size), join(folder, 'read.bin'))
      return new Uint8Array(await readFile(join(folder, 'read.bin')))
    })
  }

  async imageInfo(region: Region): Promise<string> {
    return inFolder(async (folder) => {
      await writeFile(join(folder, region.name), region.bytes)
      return this.plain('image-info', join(folder, region.name))
    })
  }

  async mac(port: string): Promise<string> {
    // Chips with IEEE 802.15.4 show the longer EUI-64 as well.
    const mac = /MAC:\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/im.exec(await this.at(port, 'read-mac'))?.[1] ?? ''
    return mac.replaceAll(':', '').toLowerCase()
  }
}

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'esptool-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Gives a host a new chip at a port, and afterwards tells what its flash holds. */
export const onNewChip = async (options: EspRomOptions, work: (port: string, rom: EspRom) => Promise<void>) => {
  const rom = espRom(options)
  await using pty = await openPtyPair()
  await using _board = await targetOnPty(pty.far, rom.attach)
  await work(pty.near, rom)
  return rom.flash.bytes
}
