import type { Agent } from 'node:http'
import { download } from './download.ts'
import { type Fault, faultWords, UpgradeFailed } from './faults.ts'
import type { Notice } from './protocols/device-protocol.ts'
import type { Timers } from './timers.ts'

/** Percent between two progress reports (device-protocols.md 2.3: clients report every >= 5 %). */
const REPORT_STEP = 5
/** How much of the file arrives before a planned download failure. */
const LOST_AT = 0.4
/** Where a planned burning failure happens: the start of a flash sector of common microcontrollers. */
const BAD_SECTOR = '0x0801F000'
/** Digits of a digest a device prints, so that two SHA-256 fit into one description. */
const DIGEST_SHOWN = 12

export interface UpgradeInput {
  /** What to install; a repeated notice may have brought a fresh URL since the start. */
  notice(): Notice
  /** How it is to fail, or undefined to succeed. */
  readonly fault: Fault | undefined
  readonly bytesPerSecond: number
  readonly agent: Agent
  readonly timers: Timers
}

export interface UpgradeOutput {
  /** Percent downloaded, each at least five above the one before, always below 100. */
  progress(percent: number): void
  /** The file is here and being checked and burnt. */
  installing(): void
}

/**
 * One upgrade up to the image in flash: download, check, burn. What follows (100 %, restart, version report) is the device's.
 * @throws UpgradeFailed as planned, or for what truly went wrong; the signal's reason
 */
export const runUpgrade = async (input: UpgradeInput, output: UpgradeOutput, signal: AbortSignal): Promise<void> => {
  const { fault } = input
  const { size, algorithm, digest: expected } = input.notice()
  const language = fault?.language ?? 'en'
  if (fault?.kind === 'upgrade') throw new UpgradeFailed('upgrade', faultWords('upgrade', language))

  let reported = 0
  const onBytes = (received: number): void => {
    if (fault?.kind === 'download' && received >= size * LOST_AT) {
      throw new UpgradeFailed('download', faultWords('download', language, { received, size }))
    }
    const percent = Math.floor((received * 100) / size)
    if (percent < reported + REPORT_STEP || percent >= 100) return
    reported = percent
    output.progress(percent)
  }
  const { bytes, digest: actual } = await download(
    {
      url: () => input.notice().url,
      size,
      algorithm,
      bytesPerSecond: input.bytesPerSecond,
      corrupt: fault?.kind === 'verification',
      agent: input.agent,
      timers: input.timers,
    },
    onBytes,
    signal,
  )

  output.installing()
  if (bytes !== size) throw new UpgradeFailed('verification', `${bytes} bytes received, ${size} announced`)
  if (actual !== expected) {
    const shown = { expected: expected.slice(0, DIGEST_SHOWN), actual: actual.slice(0, DIGEST_SHOWN) }
    throw new UpgradeFailed(
      'verification',
      faultWords('verification', language, { algorithm: algorithm.toUpperCase(), ...shown }),
    )
  }
  if (fault?.kind === 'burning') {
    throw new UpgradeFailed('burning', faultWords('burning', language, { address: BAD_SECTOR }))
  }
}
