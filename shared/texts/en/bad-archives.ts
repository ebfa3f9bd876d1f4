/** Why an archive is not restored. `{name}`: the file in it. */
export const badArchives = {
  notArchive: 'it is not an archive of OTA Bench',
  brokenOff: 'it is incomplete',
  manifest: 'its description is not valid ({name})',
  link: '{name} in it is a link or not a regular file',
  unknownFile: '{name} in it does not belong to a backup',
  size: '{name} in it has the wrong size',
  digest: '{name} in it is damaged: its SHA-256 does not match',
  database: 'its database cannot be used: {name}',
  tooNew: 'a newer OTA Bench made it; install that version first',
  otherDisk:
    '{name} of the data directory is a separate disk, so it cannot be replaced in one step; mount it elsewhere first',
  /** What is wrong with its database; what SQLite says stays as it is. */
  databases: {
    foreign: 'not a database of OTA Bench',
    missing: '{name} is missing',
    unknown: '{name} is not of OTA Bench',
  },
} as const
