/** The part of pino that the platform modules use: an object of values, then a sentence. */
export interface Logger {
  debug(values: object, message: string): void
  info(values: object, message: string): void
  warn(values: object, message: string): void
  error(values: object, message: string): void
}
