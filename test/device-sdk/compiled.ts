import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from '../helpers/program.ts'
import { root } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

export const sdk = join(root, 'resources', 'device-sdk')

const strict = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror', '-g', '-O1']

const sources = (part: 'restore' | 'iot_ota'): string[] => {
  const folder = join(sdk, part, 'src')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(folder, name))
}

/** A part of the SDK with one more of its files, without a warning. `sanitizers` as the compiler names them. @returns the program's path. */
const compile = async (
  part: 'restore' | 'iot_ota',
  compiler: 'gcc' | 'clang',
  file: string,
  sanitizers: string,
  output: string,
  more: readonly string[],
): Promise<string> => {
  const sanitize = [`-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all']
  const include = `-I${join(sdk, part, 'include')}`
  await run(compiler, [...strict, ...sanitize, ...more, include, ...sources(part), join(sdk, part, file), '-o', output])
  return output
}

/** The restore with a file of `restore/`. */
export const compileRestore = (
  compiler: 'gcc' | 'clang',
  file: string,
  sanitizers: string,
  output: string,
  defines: readonly string[] = [],
): Promise<string> => compile('restore', compiler, file, sanitizers, output, defines)

/** The device's side of the protocol with a file of `iot_ota/`, and files of its port. */
export const compileIotOta = (
  compiler: 'gcc' | 'clang',
  file: string,
  sanitizers: string,
  output: string,
  port: readonly string[] = [],
): Promise<string> =>
  compile(
    'iot_ota',
    compiler,
    file,
    sanitizers,
    output,
    port.map((name) => join(sdk, 'iot_ota', 'port', name)),
  )

/** Seconds that a program of the SDK waits where a test does not want it to stop waiting. */
export const PATIENCE_S = limits.wait / 1000

const patience = ['ANSWER', 'TRIAL'].map((name) => `-DOTA_EXAMPLE_${name}_S=${PATIENCE_S}`)

/** `ota_example` of several versions, under the sanitizers; what they share is compiled once. @returns the programs' paths, in order. */
export const compileExamples = async (folder: string, versions: readonly string[]): Promise<string[]> => {
  const includes = ['restore/include', 'iot_ota/include', 'iot_ota/port'].map((name) => `-I${join(sdk, name)}`)
  const flags = [...strict, '-fsanitize=address,undefined', '-fno-sanitize-recover=all', ...patience, ...includes]
  const listed = (...names: string[]): string[] =>
    readdirSync(join(sdk, ...names))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(sdk, ...names, name))
  const main = join(sdk, 'examples', 'ota_example.c')
  const shared = [...sources('restore'), ...sources('iot_ota'), ...listed('iot_ota', 'port'), ...listed('examples')]
  const others = shared.filter((path) => path !== main)
  await run('gcc', [...flags, '-c', ...others], { cwd: folder })
  const objects = others.map((path) => join(folder, `${basename(path, '.c')}.o`))
  return Promise.all(
    versions.map(async (version) => {
      const program = join(folder, `ota_example-${version}`)
      await run('gcc', [...flags, `-DOTA_EXAMPLE_VERSION="${version}"`, main, ...objects, '-o', program])
      return program
    }),
  )
}

/** The test of what `ota_example` has on its disk. @returns the program's path. */
export const compileMedium = async (output: string): Promise<string> => {
  const includes = ['restore/include', 'iot_ota/include'].map((name) => `-I${join(sdk, name)}`)
  const own = ['medium.c', 'slots.c', 'test/medium.c'].map((name) => join(sdk, 'examples', name))
  const flags = [...strict, '-fsanitize=address,undefined', '-fno-sanitize-recover=all', ...includes]
  await run('gcc', [...flags, ...sources('restore'), ...sources('iot_ota'), ...own, '-o', output])
  return output
}

const vectorFolder = join(sdk, 'restore', 'test', 'vectors')

/** The golden deltas. */
export const vectors = readdirSync(vectorFolder)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => name.slice(0, -'.patch'.length))

/** Paths of a golden delta and of its images. */
export const vector = (name: string): { old: string; patch: string; new: string } => ({
  old: join(vectorFolder, `${name}.old`),
  patch: join(vectorFolder, `${name}.patch`),
  new: join(vectorFolder, `${name}.new`),
})
