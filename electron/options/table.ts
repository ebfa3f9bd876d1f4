/** One row per option: its name, its environment variable, the name of its value (none: a switch), and its help text. */
export const optionTable = [
  { name: 'data', variable: 'OTA_BENCH_DATA', value: 'DIR', words: 'data directory' },
  { name: 'host', variable: 'OTA_BENCH_HOST', value: 'ADDR', words: 'device-facing listen address (0.0.0.0)' },
  { name: 'mqtt-port', variable: 'OTA_BENCH_MQTT_PORT', value: 'PORT', words: 'MQTT (1883)' },
  { name: 'mqtts-port', variable: 'OTA_BENCH_MQTTS_PORT', value: 'PORT', words: 'MQTT over TLS (8883)' },
  { name: 'http-port', variable: 'OTA_BENCH_HTTP_PORT', value: 'PORT', words: 'downloads over HTTP (8070)' },
  { name: 'https-port', variable: 'OTA_BENCH_HTTPS_PORT', value: 'PORT', words: 'downloads over HTTPS (8443)' },
  { name: 'ui-host', variable: 'OTA_BENCH_UI_HOST', value: 'ADDR', words: 'address of screen and API (127.0.0.1)' },
  { name: 'ui-port', variable: 'OTA_BENCH_UI_PORT', value: 'PORT', words: 'port of screen and API (7420)' },
  {
    name: 'token',
    variable: 'OTA_BENCH_TOKEN',
    value: 'T',
    words: 'access token (default: new random one at every start)',
  },
  {
    name: 'public-host',
    variable: 'OTA_BENCH_PUBLIC_HOST',
    value: 'ADDR',
    words: 'host name in download URLs (default: the address the device connected to)',
  },
  {
    name: 'download-url',
    variable: 'OTA_BENCH_DOWNLOAD_URL',
    value: 'BASE',
    words: 'address of a cache or CDN before the station, put into notices instead of our own',
  },
  {
    name: 'broker',
    variable: 'OTA_BENCH_BROKER',
    value: 'URL',
    words: 'use an external MQTT broker instead of the built-in one',
  },
  {
    name: 'broker-group',
    variable: 'OTA_BENCH_BROKER_GROUP',
    value: 'NAME',
    words: 'stations with this name stand by for each other at that broker',
  },
  { name: 'no-tls', variable: 'OTA_BENCH_NO_TLS', value: '', words: 'no MQTTS and no HTTPS' },
  {
    name: 'reset-pin',
    variable: 'OTA_BENCH_RESET_PIN',
    value: '',
    words: 'remove a forgotten engineer PIN at this start',
  },
  {
    name: 'restore-backup',
    variable: 'OTA_BENCH_RESTORE_BACKUP',
    value: '[FILE]',
    words: 'replace the database by a backup at this start (default: the newest)',
  },
  {
    name: 'set-aside',
    variable: 'OTA_BENCH_SET_ASIDE',
    value: '',
    words: 'if the database cannot be used: set the old data aside and start with a new one',
  },
  { name: 'demo', variable: 'OTA_BENCH_DEMO', value: '', words: 'start with demo data and virtual devices' },
] as const satisfies readonly { name: string; variable: string; value: string; words: string }[]

export type OptionName = (typeof optionTable)[number]['name']

/** The text of `--help`. `data` is the default data directory. */
export const helpText = (data: string): string => {
  const rows = [
    ...optionTable.map(({ name, value, words, variable }) => ({
      left: `--${name}${value && ` ${value}`}`,
      right: name === 'data' ? `${words} (${data})` : words,
      variable,
    })),
    { left: '-h, --help', right: 'this text', variable: '' },
    { left: '-v, --version', right: 'the version', variable: '' },
  ]
  const left = Math.max(...rows.map((row) => row.left.length))
  const variable = Math.max(...rows.map((row) => row.variable.length))
  return [
    'OTA Bench: upgrade devices over the air and flash modules on a bench.',
    '',
    'npm start -- [options]          the desktop window, or headless where there is none',
    'npm run station -- [options]    headless: the screen is served to any browser',
    '',
    'Each option has an environment variable; the command line takes precedence. Port 0 = any free port.',
    '',
    ...rows.map((row) => `  ${row.left.padEnd(left)}  ${row.variable.padEnd(variable)}  ${row.right}`),
    '',
  ].join('\n')
}
