import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingPackages } from '../debian.mjs'
import { limits } from '../limits.mjs'

/** Whether the compiler and linker are missing, with which the programs are built. */
export const withoutCompiler = missingPackages().includes('gcc-arm-none-eabi')

const sources = join(import.meta.dirname, '../fixtures/stm32')

/** The linker scripts of the fixtures. */
export const linkerScripts = ['whole', 'app', 'headers', 'scattered', 'filled'] as const
export type LinkerScript = (typeof linkerScripts)[number]

/** A program as the linker writes it, and as binutils' objcopy converts it. */
export interface BuiltProgram {
  readonly elf: Uint8Array
  readonly stripped: Uint8Array
  readonly hex: Uint8Array
  readonly srec: Uint8Array
  /** The object file before linking. */
  readonly object: Uint8Array
}

const tool = (name: string, ...given: readonly string[]): void => {
  execFileSync(`arm-none-eabi-${name}`, given, { stdio: ['ignore', 'ignore', 'ignore'], timeout: limits.program })
}

const built = new Map<LinkerScript, BuiltProgram>()

/** Compiles and links the program of the fixtures. Segments are aligned to 64 KiB, as by older linkers. */
export const buildProgram = (script: LinkerScript): BuiltProgram => {
  const known = built.get(script)
  if (known) return known
  const folder = mkdtempSync(join(tmpdir(), 'stm32-'))
  const at = (name: string) => join(folder, name)
  try {
    const machine = ['-mcpu=cortex-m4', '-mthumb', '-Os', '-ffreestanding', '-fno-tree-loop-distribute-patterns']
    tool('gcc', ...machine, '-c', join(sources, 'program.c'), '-o', at('o'))
    tool('ld', '-z', 'max-page-size=0x10000', '-T', join(sources, `${script}.ld`), at('o'), '-o', at('elf'))
    tool('strip', at('elf'), '-o', at('stripped'))
    tool('objcopy', '-O', 'ihex', at('elf'), at('hex'))
    tool('objcopy', '-O', 'srec', at('elf'), at('srec'))
    const read = (name: string) => new Uint8Array(readFileSync(at(name)))
    const program = {
      elf: read('elf'),
      stripped: read('stripped'),
      hex: read('hex'),
      srec: read('srec'),
      object: read('o'),
    }
    built.set(script, program)
    return program
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The same executable without its section table, as `sstrip` makes it. */
export const withoutSections = (elf: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(elf)
  copy.fill(0, 32, 36)
  copy.fill(0, 46, 52)
  return copy
}
