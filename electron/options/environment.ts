import type { StationOptions } from '../options.ts'
import type { optionTable } from './table.ts'

type Variable = (typeof optionTable)[number]['variable']

/** The options as environment variables that `parseOptions([], …)` reads back: the desktop host passes them on this way. */
export const asEnvironment = (options: StationOptions): Record<Variable, string> => ({
  OTA_BENCH_DATA: options.data,
  OTA_BENCH_HOST: options.host,
  OTA_BENCH_MQTT_PORT: String(options.mqttPort),
  OTA_BENCH_MQTTS_PORT: String(options.mqttsPort),
  OTA_BENCH_HTTP_PORT: String(options.httpPort),
  OTA_BENCH_HTTPS_PORT: String(options.httpsPort),
  OTA_BENCH_UI_HOST: options.uiHost,
  OTA_BENCH_UI_PORT: String(options.uiPort),
  OTA_BENCH_TOKEN: options.token,
  OTA_BENCH_PUBLIC_HOST: options.publicHost ?? '',
  OTA_BENCH_DOWNLOAD_URL: options.downloadUrl ?? '',
  OTA_BENCH_BROKER: options.broker ?? '',
  OTA_BENCH_BROKER_GROUP: options.brokerGroup ?? '',
  OTA_BENCH_NO_TLS: options.tls ? '0' : '1',
  OTA_BENCH_DEMO: options.demo ? '1' : '0',
  OTA_BENCH_RESET_PIN: options.resetPin ? '1' : '0',
  OTA_BENCH_RESTORE_BACKUP: options.restoreBackup ?? '',
  OTA_BENCH_SET_ASIDE: options.setAside ? '1' : '0',
})
