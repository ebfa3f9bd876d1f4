import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asEnvironment } from './options/environment.ts'
import { defaultDataDirectory, systemHost } from './options/host.ts'
import { optionTable } from './options/table.ts'
import { parseOptions, type StationOptions } from './options.ts'

const host = { defaultData: () => '/home/u/data', absolute: (path: string) => `/abs/${path}`, randomToken: () => 'rnd' }
const parse = (argv: readonly string[], env: Record<string, string> = {}) => parseOptions(argv, env, host)
const options = (argv: readonly string[], env: Record<string, string> = {}): StationOptions => {
  const parsed = parse(argv, env)
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed))
  return parsed.options
}
const message = (argv: readonly string[], env: Record<string, string> = {}): string => {
  const parsed = parse(argv, env)
  return parsed.kind === 'error' ? parsed.message : `no error but ${parsed.kind}`
}

describe('options', () => {
  it('have the defaults of the operator API', () => {
    expect(options([])).toEqual({
      data: '/abs//home/u/data',
      host: '0.0.0.0',
      mqttPort: 1883,
      mqttsPort: 8883,
      httpPort: 8070,
      httpsPort: 8443,
      uiHost: '127.0.0.1',
      uiPort: 7420,
      token: 'rnd',
      tls: true,
      demo: false,
      resetPin: false,
      setAside: false,
    })
  })

  it('are all read from the command line, in both spellings', () => {
    const argv = '--data d --host ::1 --mqtt-port=0 --mqtts-port 1 --http-port 2 --https-port 65535 --ui-host localhost'
    const more =
      '--ui-port 9 --token t --public-host bench.local --download-url https://cdn.example/hall/ --broker mqtt://u:p@10.0.0.1:1884 --broker-group hall-1 --no-tls --demo --reset-pin --set-aside'
    expect(options(`${argv} ${more}`.split(' '))).toEqual({
      data: '/abs/d',
      host: '::1',
      mqttPort: 0,
      mqttsPort: 1,
      httpPort: 2,
      httpsPort: 65_535,
      uiHost: 'localhost',
      uiPort: 9,
      token: 't',
      publicHost: 'bench.local',
      downloadUrl: 'https://cdn.example/hall',
      broker: 'mqtt://u:p@10.0.0.1:1884',
      brokerGroup: 'hall-1',
      tls: false,
      demo: true,
      resetPin: true,
      setAside: true,
    })
  })

  it('are read from the environment, where the command line wins and an empty variable counts as not set', () => {
    const env = { OTA_BENCH_DATA: 'e', OTA_BENCH_MQTT_PORT: '5', OTA_BENCH_NO_TLS: '1', OTA_BENCH_HOST: '' }
    expect(options(['--mqtt-port', '6'], env)).toMatchObject({
      data: '/abs/e',
      mqttPort: 6,
      tls: false,
      host: '0.0.0.0',
    })
    expect(options([], { OTA_BENCH_NO_TLS: 'no', OTA_BENCH_DEMO: 'true' })).toMatchObject({ tls: true, demo: true })
  })

  it('take the last of an option given twice', () => {
    expect(options(['--ui-port', '1', '--ui-port', '2']).uiPort).toBe(2)
  })

  it('name what is unknown', () => {
    expect(message(['--mqtt'])).toBe("Unknown option '--mqtt'")
    expect(message(['serve'])).toContain("'serve'")
    expect(message(['--demo=yes'])).toContain('--demo')
  })

  it.each([
    [['--mqtt-port', '65536'], '--mqtt-port takes a port number from 0 to 65535, not "65536"'],
    [['--ui-port', '-1'], '--ui-port'],
    [['--http-port', '80a'], '--http-port'],
    [['--http-port', ''], '--http-port'],
    [['--data', ''], '--data must not be empty'],
    [['--host', '10.0.0.1:80'], '--host takes an IP address or a host name'],
    [['--public-host', 'http://x'], '--public-host'],
    [['--download-url', 'cdn.example'], '--download-url takes an address such as http://files.local:8080'],
    [['--download-url', 'ftp://cdn.example'], '--download-url takes an address such as'],
    [['--download-url', 'http:///hall'], '--download-url takes an address such as'],
    [['--download-url', 'https://u:p@cdn.example'], '--download-url takes an address without user name and password'],
    [['--download-url', 'https://cdn.example/?a=1'], '--download-url takes an address without ? and #'],
    [['--download-url', 'https://cdn.example/#'], '--download-url takes an address without ? and #'],
    [['--download-url', 'https://cdn.example/产线'], '--download-url takes an address such as'],
    [['--download-url', 'https://cdn.example/a//b'], '--download-url takes an address such as'],
    [
      ['--download-url', `https://cdn.example/${'a'.repeat(70)}`],
      '--download-url takes a path of at most 64 characters',
    ],
    [['--download-url', `https://${'a.'.repeat(90)}example`], '--download-url takes at most 160 characters'],
    [['--broker', 'http://x'], '--broker takes an address such as mqtt://'],
    [['--broker', 'mqtt://'], '--broker'],
    [['--broker', 'mqtt://h', '--broker-group', 'a b'], '--broker-group takes 1 to 32 letters'],
    [['--broker-group', 'a'], '--broker-group needs --broker'],
    [['--data'], '--data'],
  ])('refuse %j by name', (argv, words) => {
    expect(message(argv)).toContain(words)
  })

  it('name the variable whose value is refused, and never show a token', () => {
    expect(message([], { OTA_BENCH_UI_PORT: 'x' })).toContain('OTA_BENCH_UI_PORT takes')
    expect(message([], { OTA_BENCH_DEMO: 'maybe' })).toContain('OTA_BENCH_DEMO takes 1 or 0')
    const refused = message(['--token', 'top secret'])
    expect(refused).toContain('--token takes')
    expect(refused).not.toContain('top secret')
  })

  it('take every token that was made up for another start', () => {
    for (let start = 0; start < 200; start++) {
      const token = systemHost.randomToken()
      expect(options(['--token', token]).token).toBe(token)
    }
  })

  it('answer help, which names every option and variable, and version', () => {
    const help = parse(['--help'])
    expect(help.kind).toBe('help')
    for (const { name, variable } of optionTable) {
      expect(help).toMatchObject({ text: expect.stringContaining(`--${name}`) })
      expect(help).toMatchObject({ text: expect.stringContaining(variable) })
    }
    expect(help).toMatchObject({ text: expect.stringContaining('/home/u/data') })
    expect(parse(['--version'])).toEqual({ kind: 'version' })
  })

  it('survive being handed on in the environment', () => {
    for (const argv of [
      [],
      [
        '--no-tls',
        '--demo',
        '--public-host',
        'h',
        '--download-url',
        'http://c:81',
        '--broker',
        'mqtts://h',
        '--broker-group',
        'g',
        '--mqtt-port',
        '0',
      ],
    ]) {
      const given = options(argv)
      const same = { ...host, absolute: (path: string) => path }
      expect(parseOptions([], asEnvironment(given), same)).toEqual({ kind: 'options', options: given })
    }
  })

  it('never throw, whatever is typed', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom(...optionTable.map((row) => `--${row.name}`)))
    fc.assert(
      fc.property(fc.array(word), (argv) => {
        expect(['options', 'help', 'version', 'error']).toContain(parse(argv).kind)
      }),
    )
  })
})

describe('the default data directory', () => {
  it('follows each system', () => {
    expect(defaultDataDirectory('linux', '/home/u', {})).toBe('/home/u/.local/share/ota-bench')
    expect(defaultDataDirectory('linux', '/home/u', { XDG_DATA_HOME: '/x' })).toBe('/x/ota-bench')
    expect(defaultDataDirectory('linux', '/home/u', { XDG_DATA_HOME: 'x' })).toBe('/home/u/.local/share/ota-bench')
    expect(defaultDataDirectory('darwin', '/Users/u', {})).toBe('/Users/u/Library/Application Support/OTA Bench')
    expect(defaultDataDirectory('win32', 'C:\\Users\\u', {})).toBe('C:\\Users\\u\\AppData\\Roaming\\OTA Bench')
    expect(defaultDataDirectory('win32', 'C:\\Users\\u', { APPDATA: 'D:\\a' })).toBe('D:\\a\\OTA Bench')
  })
})
