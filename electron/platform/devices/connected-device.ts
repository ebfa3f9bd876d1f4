import type { DeviceIdentity, MqttDialect } from '../dialects/dialect.ts'

/** An authenticated device. */
export interface ConnectedDevice {
  readonly id: number
  readonly identity: DeviceIdentity
  readonly dialect: MqttDialect
}

/** Earlier failures, which the platform considers when it decides a login. */
export interface LoginLimits {
  /** From this address only the own secret of a known device is accepted. */
  readonly barred: boolean
  /** The device has failed so often from this address that a further failure is not recorded. */
  tooOften(deviceId: number): boolean
}

/** The answer to a login (MQTT-3.2.2-3: CONNACK 4 for `credentials`, 5 for `disabled`). */
export type LoginResult =
  | {
      readonly ok: true
      readonly device: ConnectedDevice
      /** It authenticated with credentials that other devices may share: its product's secret, or only a token. */
      readonly shared?: boolean | undefined
    }
  | {
      readonly ok: false
      readonly refused: 'credentials' | 'disabled'
      /** The device that the login names, if it exists. */
      readonly deviceId?: number | undefined
      /** The attempt may be a guess of a secret that devices share. */
      readonly guessesShared?: boolean | undefined
    }
