import type { DeviceIdentity, MqttDialect } from '../dialects/dialect.ts'

/** A device that proved who it is. */
export interface ConnectedDevice {
  readonly id: number
  readonly identity: DeviceIdentity
  readonly dialect: MqttDialect
}

/** What has failed before, for the platform to heed as it decides a login. */
export interface LoginLimits {
  /** From this address nothing counts but a known device's own secret. */
  readonly barred: boolean
  /** From this address that device has failed so often that one more failure is not worth a note. */
  tooOften(deviceId: number): boolean
}

/** The answer to a login (MQTT-3.2.2-3: CONNACK 4 for `credentials`, 5 for `disabled`). */
export type LoginResult =
  | {
      readonly ok: true
      readonly device: ConnectedDevice
      /** It proved what other devices may know too: its product's secret, or a token alone. */
      readonly shared?: boolean | undefined
    }
  | {
      readonly ok: false
      readonly refused: 'credentials' | 'disabled'
      /** The device it named, where there is such a one. */
      readonly deviceId?: number | undefined
      /** A right guess could have been that of a secret that devices share. */
      readonly guessesShared?: boolean | undefined
    }
