import { z } from 'zod'

/** The OTA protocols a product can speak (docs/product.md §1.5). Which of them this build serves is told by `station.info`. */
export const protocols = ['sagoo', 'thingspanel', 'onenet', 'iot-engine'] as const
export const Protocol = z.enum(protocols)
export type Protocol = z.infer<typeof Protocol>

/** What a protocol can carry: what the wizard offers and what a campaign of its products may ask for. */
export interface ProtocolFeatures {
  /** Files fetched block by block over MQTT (docs/protocols/sagoo.md §8). */
  readonly mqttDownload: boolean
  /** Packages of several files in one notice. */
  readonly severalFiles: boolean
  /** The policy standard or silent in the notice (docs/protocols/iot-engine.md §5.2). */
  readonly policy: boolean
  /** Retries, signal and battery as hints for the device (docs/protocols/onenet.md §6.3). */
  readonly hints: boolean
  /** Devices are told; otherwise they ask by themselves alone. */
  readonly push: boolean
  /** Devices can ask; otherwise they wait to be told. */
  readonly asks: boolean
  /** Devices have modules beside the whole device. */
  readonly modules: boolean
  /** Packages may be signed by SHA-256, not by MD5 alone. */
  readonly sha256: boolean
}

export const protocolFeatures: Readonly<Record<Protocol, ProtocolFeatures>> = {
  sagoo: {
    mqttDownload: true,
    severalFiles: true,
    policy: false,
    hints: false,
    push: true,
    asks: true,
    modules: true,
    sha256: true,
  },
  thingspanel: {
    mqttDownload: false,
    severalFiles: false,
    policy: false,
    hints: false,
    push: true,
    asks: false,
    modules: true,
    sha256: true,
  },
  onenet: {
    mqttDownload: false,
    severalFiles: false,
    policy: false,
    hints: true,
    push: false,
    asks: true,
    modules: true,
    sha256: false,
  },
  'iot-engine': {
    mqttDownload: false,
    severalFiles: false,
    policy: true,
    hints: false,
    push: true,
    asks: true,
    modules: false,
    sha256: false,
  },
}

/** Bytes of a file over MQTT (docs/protocols/sagoo.md §8.1). */
export const MQTT_DOWNLOAD_BYTES = 16 * 1024 * 1024
