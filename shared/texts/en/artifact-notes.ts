import type { ArtifactNote } from '../../artifact-notes.ts'

/** Why a device gets what it gets, or nothing: with `auto` the full image is sent instead; with `diff` the device waits, or gets nothing. */
export const artifactNotes = {
  DIFF_WAITED_FOR: 'Delta is being generated; the device is notified when it is ready.',
  DIFF_UNCHECKED: 'The delta was made elsewhere and could not be checked here.',
  NO_DIFF: 'No delta from its current version.',
  DIFF_FAILED: 'The delta from its current version could not be generated.',
  DIFF_NOT_WORTH_IT: 'The delta is hardly smaller than the full package.',
  DIFF_NOT_RESTORABLE: 'The delta is in a format that the device class of its module cannot restore.',
  BASE_CHANGED: 'The delta was generated from a different file than the current one of this version.',
  SEVERAL_FILES: 'The package has several files; only the full package can be sent.',
  VERSION_UNKNOWN: 'The device has not reported its version, so no delta can be selected.',
  AFTER_FAILED_DIFF: 'Delta upgrade failed; the full package is sent instead.',
} as const satisfies Readonly<Record<ArtifactNote, string>>
