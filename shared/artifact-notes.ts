/** Why a device gets the full image, a delta or nothing: the codes of `Job.artifactNote`. */
export const artifactNotes = [
  'DIFF_WAITED_FOR',
  'DIFF_UNCHECKED',
  'NO_DIFF',
  'DIFF_FAILED',
  'DIFF_NOT_WORTH_IT',
  'DIFF_NOT_RESTORABLE',
  'BASE_CHANGED',
  'SEVERAL_FILES',
  'VERSION_UNKNOWN',
  'AFTER_FAILED_DIFF',
] as const
export type ArtifactNote = (typeof artifactNotes)[number]
