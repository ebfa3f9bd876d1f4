import type { TestStation } from './station.ts'

export interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: { readonly content: object }
  readonly responses: object
  readonly security?: readonly object[]
}

export interface OpenApi {
  readonly openapi: string
  readonly info: object
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The station's own description of its API. */
export const openApiOf = async ({ rest }: TestStation): Promise<OpenApi> =>
  (await rest('GET', '/openapi.json')).body as unknown as OpenApi

/** Every call of the document. */
export const operationsOf = ({ paths }: OpenApi) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
