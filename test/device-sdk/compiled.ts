import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../launch/launched.ts'

export const run = promisify(execFile)

export const sdk = join(root, 'resources', 'device-sdk')

const strict = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror', '-g', '-O1']

const restoreSources = (): string[] => {
  const folder = join(sdk, 'restore', 'src')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(folder, name))
}

/** Compiles the restore with one more file of `restore/`, without a warning. `sanitizers` as the compiler names them. @returns the program's path. */
export const compileRestore = async (
  compiler: 'gcc' | 'clang',
  file: string,
  sanitizers: string,
  output: string,
  defines: readonly string[] = [],
): Promise<string> => {
  const sanitize = [`-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all']
  const include = `-I${join(sdk, 'restore', 'include')}`
  const sources = [...restoreSources(), join(sdk, 'restore', file)]
  await run(compiler, [...strict, ...sanitize, ...defines, include, ...sources, '-o', output])
  return output
}

const vectorFolder = join(sdk, 'restore', 'test', 'vectors')

/** The golden patches. */
export const vectors = readdirSync(vectorFolder)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => name.slice(0, -'.patch'.length))

/** Paths of a golden patch and of its images. */
export const vector = (name: string): { old: string; patch: string; new: string } => ({
  old: join(vectorFolder, `${name}.old`),
  patch: join(vectorFolder, `${name}.patch`),
  new: join(vectorFolder, `${name}.new`),
})
