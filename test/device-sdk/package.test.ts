import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { run } from '../helpers/program.ts'
import { sdk } from './compiled.ts'

const missing = missingPackages()
const without = (...names: string[]): boolean => names.some((name) => missing.includes(name))

let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-cmake-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(without('cmake', 'gcc', 'libc6-dev'))('the device SDK as a package (needs cmake and gcc)', () => {
  const configure = (...options: string[]): Promise<unknown> =>
    run('cmake', ['-S', sdk, '-B', at('build'), '-DCMAKE_C_FLAGS=-Wall -Wextra -Werror', ...options])
  const build = (...targets: string[]): Promise<unknown> =>
    run('cmake', ['--build', at('build'), '--parallel', '2', ...targets.flatMap((name) => ['--target', name])])
  const tested = async (...options: string[]): Promise<string> =>
    (await run('ctest', ['--output-on-failure', ...options], { cwd: at('build') })).stdout

  it('is built, tested and installed by CMake, and found by another project', async () => {
    await configure(
      '-DOTA_RESTORE_ANY_LZMA=ON',
      '-DOTA_EXAMPLE_VERSION=7.7',
      `-DCMAKE_INSTALL_PREFIX=${at('installed')}`,
    )
    await build()
    expect(await tested()).toContain('100% tests passed, 0 tests failed')
    expect((await run(at('build/ota_example'), ['--version'])).stdout).toBe('7.7\n')
    await run('cmake', ['--install', at('build')])

    mkdirSync(at('user'))
    writeFileSync(
      at('user/CMakeLists.txt'),
      'cmake_minimum_required(VERSION 3.13)\nproject(user C)\nfind_package(ota_device_sdk REQUIRED)\nadd_executable(user user.c)\ntarget_link_libraries(user ota::restore ota::iot ota::posix)\n',
    )
    writeFileSync(
      at('user/user.c'),
      '#include <iot_ota.h>\n#include <ota_restore.h>\n#include <posix_http.h>\n#include <posix_mqtt.h>\n#include <stdio.h>\nint main(void) { puts(ota_restore_text(OTA_RESTORE_DIGEST)); puts(ota_mqtt_text(0)); return iot_ota_is_fetching(0); }\n',
    )
    await run('cmake', ['-S', at('user'), '-B', at('user/build'), `-DCMAKE_PREFIX_PATH=${at('installed')}`])
    await run('cmake', ['--build', at('user/build')])
    expect((await run(at('user/build/user'))).stdout).toBe('the new image is not the expected one\nwell\n')
  })

  it.each([
    ['detools', '-DOTA_RESTORE_DETOOLS=OFF', '-DOTA_RESTORE_HPATCH_LITE=ON'],
    ['hpatch-lite', '-DOTA_RESTORE_DETOOLS=ON', '-DOTA_RESTORE_HPATCH_LITE=OFF'],
  ])('restores the other format where %s is left out', async (_format, ...options) => {
    await configure('-DOTA_RESTORE_ANY_LZMA=OFF', ...options)
    await build('torture')
    expect(await tested('-R', 'restore-')).toMatch(/100% tests passed, 0 tests failed out of [5-9]/)
  })
})

describe.skipIf(without('gcc-arm-none-eabi'))('the size of the restore (needs gcc-arm-none-eabi)', () => {
  it('is under 2 KB of code on Cortex-M4 and M0 and 8.5 KB of memory, with no static data', async () => {
    const { stdout } = await run(join(sdk, 'size.sh'))
    const row = (name: string): number[] => {
      const line = stdout.split('\n').find((text) => text.startsWith(`| ${name}`)) ?? ''
      return line.split('|').slice(2, -1).map(Number)
    }
    const [m4 = Number.NaN, m4Data, m0 = Number.NaN, m0Data] = row('**restore of hpatch-lite with LZMA1**')
    expect([m4Data, m0Data]).toEqual([0, 0])
    expect(Math.max(m4, m0)).toBeLessThan(2048)
    expect(row('`union ota_restore_memory`')[0]).toBeLessThan(8.5 * 1024)
    expect(row('`union ota_restore_small_memory`')[0]).toBeLessThan(1024)
    expect(row('**iot_ota**').every((bytes) => bytes < 5 * 1024)).toBe(true)
    expect(row('**iot_ota**').length).toBe(4)
  })
})
