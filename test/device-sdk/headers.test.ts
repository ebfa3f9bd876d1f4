import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../broker/programs.ts'
import { run } from '../helpers/program.ts'
import { sdk } from './compiled.ts'

const folders = ['iot_ota/include', 'restore/include', 'iot_ota/port']
/** Those that are installed. */
const headers = folders
  .flatMap((folder) => readdirSync(join(sdk, folder)))
  .filter((name) => /^(?:iot_ota|ota_\w+|posix_http|posix_mqtt)\.h$/.test(name))

const compilers = [
  { compiler: 'gcc', standard: 'c99', file: 'one.c' },
  { compiler: 'clang', standard: 'c99', file: 'one.c' },
  ...['c++98', 'c++11', 'c++20'].flatMap((standard) =>
    ['g++', 'clang++'].map((compiler) => ({ compiler, standard, file: 'one.cc' })),
  ),
].filter(({ compiler }) => findProgram(compiler))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-headers-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the device SDK's public headers", () => {
  it('are six', () => {
    expect(headers.toSorted()).toEqual([
      'iot_ota.h',
      'ota_md5.h',
      'ota_restore.h',
      'ota_sha256.h',
      'posix_http.h',
      'posix_mqtt.h',
    ])
  })

  it.each(compilers)(
    'pass $compiler -std=$standard without a pedantic warning, each alone and all together',
    async (one) => {
      const { compiler, standard, file } = one
      const strict = [`-std=${standard}`, '-Wall', '-Wextra', '-pedantic', '-Werror']
      const includes = folders.map((name) => `-I${join(sdk, name)}`)
      for (const listed of [...headers.map((name) => [name]), headers]) {
        writeFileSync(
          join(folder, file),
          `${listed.map((name) => `#include "${name}"\n`).join('')}int main(void) { return 0; }\n`,
        )
        const output = await run(compiler, [
          ...strict,
          ...includes,
          '-c',
          join(folder, file),
          '-o',
          join(folder, 'one.o'),
        ])
        expect(output).toEqual({ stdout: '', stderr: '' })
      }
    },
  )
})
