import type { AtDialect, TalkingModule } from './at-dialect.ts'

const noisy = ['+CREG: 1', 'RDY']

const stepOf =
  (question: string, starts: RegExp): AtDialect['stepOf'] =>
  (command) =>
    command === question ? 'ask' : starts.test(command) ? 'start' : 'sync'

/** Starts a download after its OK. */
const fetches = (module: TalkingModule, url: string | undefined): boolean => {
  if (url === undefined || url.length > 255) return false
  module.say('OK')
  void module.download(url)
  return true
}

/** Quectel EC2x (DFOTA user guide). */
export const quectelModule = (model = 'EC25', leaves = false): AtDialect => {
  let stored: { readonly name: string; readonly file: Buffer } | undefined
  return {
    unit: '490154203237518',
    greeting: leaves ? [] : noisy,
    stepOf: stepOf('AT+QGMR', /^AT\+QF(OTADL|UPL)/),
    answer(command, { version, unit }) {
      if (command === 'AT+CGMM') return [model]
      if (command === 'AT+QGMR') return [`${model}EUGAR06A${version}_01.001.01.001`]
      return command === 'AT+CGSN' ? [unit] : undefined
    },
    start(command, module) {
      const url = /^AT\+QFOTADL="(http:[^"]+)"(?:,1,100,100)?$/.exec(command)?.[1]
      if (url !== undefined) return fetches(module, url)
      const [, name = '', size = ''] = /^AT\+QFUPL="([^"]+)",(\d+),\d+,1$/.exec(command) ?? []
      if (name !== '') {
        module.abandon()
        module.prompt('CONNECT\r\n')
        module.takeBytes(Number(size), (file) => {
          stored = { name, file }
          module.say(`+QFUPL: ${file.length},1a2b`)
          module.say('OK')
        })
        return true
      }
      if (command.startsWith('AT+QFDEL=')) return false
      const path = /^AT\+QFOTADL="\/data\/ufs\/([^"]+)"$/.exec(command)?.[1]
      if (path === undefined || stored?.name !== path) return false
      module.say('OK')
      module.install(stored.file)
      return true
    },
    downloading: () => [],
    downloaded: ['+QIND: "FOTA","HTTPEND",0'],
    downloadFailed: (status) => [`+QIND: "FOTA","HTTPEND",${status === 0 ? 714 : 701}`],
    installing: (percent) => (percent === 0 ? ['+QIND: "FOTA","START"'] : [`+QIND: "FOTA","UPDATING",${percent}`]),
    installed: ['+QIND: "FOTA","END",0'],
    installFailed: (why) => [`+QIND: "FOTA","END",${why === 'source' ? 510 : 502}`],
  }
}

/** SIMCom A76xx (AT command manual 1.09, chapter 22). */
export const simcomModule = (): AtDialect => ({
  unit: '490154203237518',
  greeting: ['*ATREADY: 1', '+CPIN: SIM REMOVED'],
  stepOf: stepOf('AT+CSUB', /^AT\+[CL]FOTA/),
  answer(command, { version, unit }) {
    if (command === 'AT+CGMM') return ['A7670E-FASE']
    if (command === 'AT+CSUB') return [`+CSUB: B05V${version}`]
    return command === 'AT+CGSN' ? [unit] : undefined
  },
  start(command, module) {
    const address = /^AT\+CFOTA=0,1,"([^":]+:\d+\/[^"]+)",[^,]+,[^,]+$/.exec(command)?.[1]
    if (address !== undefined) return fetches(module, `http://${address}`)
    if (/^AT\+LFOTA=0,\d+$/.test(command)) {
      module.abandon()
      module.say('OK')
      return true
    }
    const size = /^AT\+LFOTA=1,(\d+)$/.exec(command)?.[1]
    if (size === undefined) return false
    module.prompt('>')
    module.takeBytes(Number(size), (file) => {
      module.say('OK')
      module.say('+LFOTA: 100')
      module.install(file)
    })
    return true
  },
  downloading: (percent) => [`+CFOTA: DOWNLOADING:${percent}`],
  downloaded: ['+CFOTA: 100'],
  downloadFailed: (status) => [`+CFOTA: ${status === 404 || status === 410 ? 1005 : status === 0 ? 1002 : 1007}`],
  installing: (percent) => (percent === 0 ? [] : [`+CFOTA: UPDATE:${percent}`]),
  installed: ['+CFOTA: UPDATE SUCCESS.'],
  installFailed: () => ['+CFOTA: 1008'],
})

/** ESP-AT on an ESP32-C3 (ESP-AT user guide, AT+USEROTA). */
export const espAtModule = (): AtDialect => ({
  unit: '24:6f:28:c0:db:fe',
  greeting: ['ready'],
  stepOf: stepOf('AT+GMR', /^AT\+USEROTA/),
  answer(command, { version, unit }) {
    if (command === 'AT+GMR')
      return ['AT version:4.0.0.0(s-7b0c4d5)', 'SDK version:v5.0.6', `Bin version:v${version}(MINI-1)`]
    return command === 'AT+CIPSTAMAC?' ? [`+CIPSTAMAC:"${unit}"`] : undefined
  },
  start(command, module) {
    const size = /^AT\+USEROTA=(\d+)$/.exec(command)?.[1]
    if (size === undefined) return false
    module.say('OK')
    module.prompt('>')
    module.takeBytes(Number(size), (url) => {
      module.say(`Recv ${url.length} bytes`)
      void module.download(url.toString('latin1'))
    })
    return true
  },
  downloading: () => [],
  downloaded: [],
  downloadFailed: () => ['ERROR'],
  installing: (percent) => (percent === 100 ? ['OK'] : []),
  installed: [],
  installFailed: () => ['ERROR'],
})

/** A module that the program has no profile for: only its version tells that it was updated. */
export const plainModule = (): AtDialect => ({
  unit: '490154203237518',
  greeting: [],
  stepOf: stepOf('AT+CGMR', /^AT\+OTA=/),
  answer(command, { version, unit }) {
    if (command === 'AT+CGMM') return ['+CGMM: "M100"']
    if (command === 'AT+CGMR') return [`+CGMR: ${version}`]
    return command === 'AT+CGSN' ? [unit] : undefined
  },
  start: (command, module) => fetches(module, /^AT\+OTA="([^"]+)"$/.exec(command)?.[1]),
  downloading: (percent) => [`OTA ${percent}%`],
  downloaded: [],
  downloadFailed: (status) => [`+CME ERROR: ${status}`],
  installing: () => [],
  installed: [],
  installFailed: () => ['ERROR'],
})

/** WinnerMicro W800 (AT manual, AT+OTA_HTTP): it tells its end, but no progress. */
export const w800Module = (): AtDialect => {
  const plain = plainModule()
  return {
    ...plain,
    stepOf: stepOf('AT+CGMR', /^AT\+OTA_HTTP=/),
    answer: (command, known) => (command === 'AT+CGMM' ? ['W800'] : plain.answer(command, known)),
    start: (command, module) => fetches(module, /^AT\+OTA_HTTP="([^"]+)"$/.exec(command)?.[1]),
    downloading: () => [],
    downloaded: ['+OTA_HTTP: FINISHED'],
    downloadFailed: () => ['+OTA_HTTP: FAILED'],
    installFailed: () => ['+OTA_HTTP: FAILED'],
  }
}
