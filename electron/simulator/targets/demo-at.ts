import { randomInt } from 'node:crypto'
import { simcomModule } from './at-dialects.ts'
import { httpFetch } from './at-fetch.ts'
import { AtModule, type AtModuleOptions, atPackage } from './at-module.ts'
import { atLineSpeed } from './line-speed.ts'
import type { TargetClock, TargetFactory } from './target.ts'

export const demoAtName = 'demo-modem-2.0.0.bin'
const PACKAGE_BYTES = 400 * 1024

/** A made-up package, which a module fetches from the station in pieces. */
export const demoAtPackage = (): Buffer => atPackage('2.0.0', PACKAGE_BYTES)

/** A made-up IMEI with its check digit (3GPP TS 23.003, annex B). */
const imei = (): string => {
  const digits = `35${String(randomInt(10 ** 12)).padStart(12, '0')}`
  const sum = [...digits].reduce((all, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return all + (value > 9 ? value - 9 : value)
  }, 0)
  return digits + ((10 - (sum % 10)) % 10)
}

/** The faults of bad modules, in turn. */
const faults: readonly Partial<AtModuleOptions>[] = [
  { faults: [{ kind: 'nack', step: 'install' }] },
  { fetch: () => Promise.reject(new Error('no network')) },
  { faults: [{ kind: 'unplug', step: 'download', after: 12 }] },
  { restores: true },
  { faults: [{ kind: 'silence', step: 'sync' }] },
]

/** Pieces come as slowly as over a mobile network. */
const PIECE_MS = 150

/** A new module. @param bad its number among the bad ones; undefined: it has no fault. */
export const demoAtModule = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly target: TargetFactory } => {
  const unit = imei()
  const module = new AtModule({
    clock,
    unit,
    dialect: simcomModule(),
    fetch: async (url, start, end) => {
      await new Promise<void>((resolve) => clock.after(PIECE_MS, resolve))
      return httpFetch(url, start, end)
    },
    pieceBytes: 8 * 1024,
    installMs: 6000,
    restartMs: 3000,
    ...(bad === undefined ? {} : faults[bad % faults.length]),
  })
  return { serialNumber: unit, target: atLineSpeed(module.attach, clock) }
}
