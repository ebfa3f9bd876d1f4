import type { CampaignPreview } from '#shared/schema.ts'

type Artifacts = CampaignPreview['artifacts']

/** What the devices of a campaign would download at present; bytes. */
export interface Savings {
  readonly devices: Readonly<Record<Artifacts[number]['artifact'], number>>
  /** Total of all devices whose artifact has a size. */
  readonly toFetch: number
  /** Bytes saved compared with full images for the same devices. */
  readonly saved: number
  /** `saved` as a share of full images, 0-1. */
  readonly share: number
}

/** Adds up what each device gets. @param fullSize bytes of the full image */
export const savingsOf = (artifacts: Artifacts, fullSize: number): Savings => {
  const devices = { full: 0, diff: 0, wait: 0, none: 0 }
  let toFetch = 0
  let instead = 0
  for (const row of artifacts) {
    devices[row.artifact] += row.devices
    if (row.size === null || row.artifact === 'none') continue
    toFetch += row.size * row.devices
    instead += fullSize * row.devices
  }
  const saved = Math.max(0, instead - toFetch)
  return { devices, toFetch, saved, share: instead === 0 ? 0 : saved / instead }
}
