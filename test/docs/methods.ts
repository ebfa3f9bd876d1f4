/** A published method that our own code was written after; none of its authors' code is in here. */
export interface Method {
  readonly name: string
  readonly by: string
  /** Of the authors' own implementation. */
  readonly licence: string
  readonly usedIn: string
}

export const methods: readonly Method[] = [
  {
    name: 'bsdiff, BSDIFF40',
    by: 'Colin Percival, "Naive differences of executable code" (2003)',
    licence: 'BSD-2-Clause',
    usedIn: 'electron/platform/delta-engine: the scan for covers, the bsdiff format',
  },
  {
    name: 'Suffix sorting by induced copying',
    by: 'Ge Nong, Sen Zhang, Wai Hong Chan, "Two efficient algorithms for linear time suffix array construction" (2011)',
    licence: 'published algorithm',
    usedIn: 'electron/platform/delta-engine: the differ',
  },
  {
    name: 'HDiffPatch, HPatchLite patch data "hI"',
    by: 'HouSisong',
    licence: 'MIT',
    usedIn: 'electron/platform/delta-engine/hpatch-lite, resources/device-sdk/restore',
  },
  {
    name: 'LZMA',
    by: 'Igor Pavlov, LZMA specification',
    licence: 'public domain',
    usedIn: 'electron/platform/delta-engine/lzma, resources/device-sdk/restore',
  },
  {
    name: 'detools, sequential patches',
    by: 'Erik Moqvist',
    licence: 'BSD-2-Clause',
    usedIn: 'electron/platform/delta-engine/detools, resources/device-sdk/restore',
  },
  {
    name: 'heatshrink',
    by: 'Atomic Object, Scott Vokes',
    licence: 'ISC',
    usedIn: 'electron/platform/delta-engine/heatshrink, resources/device-sdk/restore',
  },
  {
    name: 'esp_delta_ota, patch header',
    by: 'Espressif Systems',
    licence: 'Apache-2.0',
    usedIn: 'electron/platform/delta-engine/detools, resources/device-sdk/restore',
  },
  {
    name: 'ZIP, APPNOTE.TXT',
    by: 'PKWARE',
    licence: 'published format',
    usedIn: 'electron/platform/delta-engine/zip',
  },
  {
    name: 'SHA-256, FIPS 180-4',
    by: 'NIST',
    licence: 'public domain',
    usedIn: 'resources/device-sdk',
  },
  {
    name: 'MD5, RFC 1321',
    by: 'Ronald Rivest',
    licence: 'published algorithm',
    usedIn: 'resources/device-sdk/iot_ota',
  },
  {
    name: 'HMAC, RFC 2104',
    by: 'Hugo Krawczyk, Mihir Bellare, Ran Canetti',
    licence: 'published algorithm',
    usedIn: 'resources/device-sdk/examples',
  },
  {
    name: 'MQTT 3.1.1',
    by: 'OASIS',
    licence: 'published protocol',
    usedIn: 'resources/device-sdk/iot_ota/port',
  },
]
