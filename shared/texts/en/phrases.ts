/** Texts that stand inside the text of an error (`Phrase` in shared/phrase.ts). */
export const phrases = {
  // Rules of one request.
  versionOfUpload: 'the one version of the uploaded image',
  versionOfPackage: 'that of the package, {version}',
  baseVersionNamed: 'name the version to start from by fromVersion, fromVersions or basePackageId',
  mostCharacters: 'at most {max} characters',
  tagsOfDevice: '{rule} ({name})',
  partUnknown: '"{text}" is no known part number. Near ones: {near}. Write one of them, or leave the chip out',
  partUnlike: '"{text}" is no known part number. Write one, e.g. STM32F407VG or ESP32-S3, or leave the chip out',
  serialTwice: '{serial} stands twice in it, at {first} and {second}. Remove one',
  serialListEmpty: 'must name at least one serial number',
  unitOfSeveralProducts: 'this unit has serial numbers of several products; name the product',
  mcuOnly: 'only for microcontrollers (mcu)',
  cursor: 'cursor: send what the page before answered as nextCursor, or leave it out',
  // What is wrong with a file of the data directory.
  notSqlite: 'it does not begin as an SQLite file does',
  endsEarly: 'it ends after {size} of {expected} bytes',
  logBeginning: 'its beginning cannot be read',
  logPage: 'page {page} of it cannot be read',
  noTables: 'it holds none of its tables',
  tableMissing: '{name} is missing in it',
  notAFile: 'no file',
  noRestore: 'it names no restore that can be carried out',
  freeForBackup: '{free} MB, {needed} MB needed for a backup',
} as const
