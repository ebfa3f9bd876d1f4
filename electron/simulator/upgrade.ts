import { texts } from '#shared/texts/index.ts'
import { download, type Source, TryAgain } from './download.ts'
import { type Fault, type FaultWords, faultWords, UpgradeFailed } from './faults.ts'
import type { ImageStore } from './image-store.ts'
import type { Notice, WantedFile } from './notice.ts'
import type { Timers } from './timers.ts'

/** Percentage between two progress reports (docs/protocols/sagoo.md §8.5: clients report every 5% or more). */
const REPORT_STEP = 5
/** The share of the files that arrives before a planned failure or interruption of the download. */
const LOST_AT = 0.4
/** The position of a planned burning failure: the start of a flash sector of common microcontrollers. */
const BAD_SECTOR = '0x0801F000'
/** Printed digits of a digest, so that two SHA-256 fit into one description. */
const DIGEST_SHOWN = 12

interface UpgradeInput {
  /** The upgrade to install; a repeated notice may have brought a fresh URL since the start. */
  notice(): Notice
  /** The source of a file. */
  source(wanted: () => WantedFile): Source
  /** Interrupts the device's network for a moment. */
  cut(): void
  /** The planned failure, or undefined to succeed. */
  readonly fault: Fault | undefined
  readonly bytesPerSecond: number
  readonly timers: Timers
  /** The running version, and the images of the fleet. */
  readonly version: string
  readonly shelf: ImageStore
}

interface UpgradeOutput {
  /** Percent downloaded, each at least five above the one before, always below 100. */
  progress(percent: number): void
  /** The files have arrived and are being checked. */
  downloaded(): void
  /** The files are verified and are being burnt. */
  burning(): void
}

/**
 * One upgrade up to the image in flash: download, check, restore from a delta, burn. The device does the rest (100%, restart, version
 * report).
 * @throws UpgradeFailed as planned, or for a real failure; the signal's reason
 */
export const runUpgrade = async (input: UpgradeInput, output: UpgradeOutput, signal: AbortSignal): Promise<void> => {
  const { fault } = input
  const { files, delta, version } = input.notice()
  const words = fault?.words ?? texts.en.virtualDevice
  if (fault?.kind === 'upgrade') throw new UpgradeFailed('upgrade', faultWords(words, 'upgrade'))

  let reported = 0
  let isCut = false
  const onBytes = (received: number, size: number): void => {
    if (fault?.kind === 'download' && received >= size * LOST_AT) {
      throw new UpgradeFailed('download', faultWords(words, 'download', { received, size }))
    }
    const percent = Math.floor((received * 100) / size)
    if (percent >= reported + REPORT_STEP && percent < 100) {
      reported = percent
      output.progress(percent)
    }
    if (fault?.kind === 'drop' && !isCut && received >= size * LOST_AT) {
      isCut = true
      input.cut()
      throw new TryAgain('the connection was cut')
    }
  }

  /** One file after the other; the digests are compared when all have arrived. */
  const arrived: { readonly wanted: WantedFile; readonly bytes: number; readonly digest: string }[] = []
  // The bytes are kept for a delta, which must be restored, and for an image that the fleet lacks, for later deltas.
  const [only, ...others] = files
  const kept =
    others.length === 0 && (delta || input.shelf.wants(version, only.size)) ? ([] as Uint8Array[]) : undefined
  const announced = files.reduce((sum, { size }) => sum + (size ?? 0), 0)
  for (const [index, wanted] of files.entries()) {
    const before = arrived.reduce((sum, { bytes }) => sum + bytes, 0)
    const result = await download(
      {
        source: input.source(() => input.notice().files[index] ?? wanted),
        size: wanted.size,
        algorithm: wanted.algorithm,
        bytesPerSecond: input.bytesPerSecond,
        corrupt: index === 0 && fault?.kind === 'verification',
        timers: input.timers,
        ...(kept && { keep: (bytes) => kept.push(Uint8Array.from(bytes)) }),
      },
      (received, size) => {
        // Until the size is known there is no percentage to report.
        const total = wanted.size === undefined ? size : announced
        if (total !== undefined) onBytes(before + received, total)
      },
      signal,
    )
    arrived.push({ wanted, ...result })
  }

  output.downloaded()
  for (const { wanted, bytes, digest } of arrived) check(wanted, bytes, digest, words)
  if (kept && delta) await input.shelf.apply(Buffer.concat(kept), delta, input.version, version)
  else if (kept) input.shelf.put(version, Buffer.concat(kept))
  output.burning()
  if (fault?.kind === 'burning') {
    throw new UpgradeFailed('burning', faultWords(words, 'burning', { address: BAD_SECTOR }))
  }
}

const check = (
  { size, algorithm, digest: expected }: WantedFile,
  bytes: number,
  actual: string,
  words: FaultWords,
): void => {
  if (size !== undefined && bytes !== size)
    throw new UpgradeFailed('verification', `${bytes} bytes received, ${size} announced`)
  if (actual === expected) return
  const shown = { expected: expected.slice(0, DIGEST_SHOWN), actual: actual.slice(0, DIGEST_SHOWN) }
  throw new UpgradeFailed(
    'verification',
    faultWords(words, 'verification', { algorithm: algorithm.toUpperCase(), ...shown }),
  )
}
