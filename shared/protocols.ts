import { z } from 'zod'

/** The OTA protocols a product can speak (product.md, vocabulary). Which of them this build serves is told by `station.info`. */
export const protocols = ['sagoo', 'thingspanel', 'onenet', 'iot-engine'] as const
export const Protocol = z.enum(protocols)
export type Protocol = z.infer<typeof Protocol>
