import { spawnSync } from 'node:child_process'
import { limits } from './limits.mjs'

/** What tests drive that is not ours. */
const packages = [
  'avrdude',
  'bsdiff',
  'chromium',
  'clang',
  'cmake',
  'curl',
  'dfu-util',
  'faketime',
  'fonts-noto-cjk',
  'gcc',
  'gcc-arm-none-eabi',
  'libc6-dev',
  'libclang-rt-14-dev',
  'lrzsz',
  'mosquitto',
  'mosquitto-clients',
  'nginx-light',
  'openocd',
  'postgresql',
  'python3',
  'python3-prometheus-client',
  'socat',
  'srecord',
  'stm32flash',
  'umockdev',
  'zstd',
]

/** Those of the packages that are not installed; all of them where dpkg is not. @returns {string[]} */
export const missingPackages = () => {
  const { stdout } = spawnSync('dpkg-query', ['--status', ...packages], { encoding: 'utf8', timeout: limits.program })
  const installed = [...(stdout ?? '').matchAll(/^Package: (.*)\nStatus: install ok installed$/gm)].map(
    ([, name]) => name,
  )
  return packages.filter((name) => !installed.includes(name))
}

/** Installs what is missing when root on Debian. Tests of what is still missing are skipped. @param {(words: string) => void} say */
export const installMissing = (say) => {
  const missing = missingPackages()
  if (missing.length === 0) return
  const isRoot = process.getuid?.() === 0
  if (isRoot && spawnSync('apt-get', ['--version'], { timeout: limits.program }).status === 0) {
    say(`installing ${missing.join(' ')}`)
    apt('update', '-q')
    apt('install', '-q', '-y', '--no-install-recommends', ...missing)
  }
  const still = missingPackages()
  if (still.length > 0) say(`tests that need these Debian packages are skipped: ${still.join(' ')}`)
}

/** @param {string[]} args */
const apt = (...args) =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: limits.preparation,
  })
