import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '#shared/contract.ts'
import { deltaFormats } from '#shared/delta-formats.ts'
import { besideTheContract, csvBodies, errorAnswer, recipeBodies } from './raw-routes.ts'

/** REST sends the files of a package and its fields in one form; the typed contract uses uploads instead. */
const packageForm = {
  schema: {
    type: 'object',
    required: ['file', 'productId', 'name', 'version'],
    properties: {
      file: { type: 'array', items: { type: 'string', format: 'binary' } },
      productId: { type: 'integer' },
      module: { type: 'string', default: 'default' },
      name: { type: 'string' },
      version: { type: 'string' },
      signMethod: { enum: ['MD5', 'SHA256'], default: 'MD5' },
      verify: { type: 'boolean', default: false },
      description: { type: 'string' },
      customInfo: { type: 'string', description: 'JSON' },
    },
  },
} as const

/** REST sends a delta made elsewhere and its fields in one form. */
const diffForm = {
  schema: {
    type: 'object',
    required: ['file', 'fromVersion'],
    properties: {
      file: { type: 'string', format: 'binary' },
      fromVersion: { type: 'string' },
      format: { enum: deltaFormats },
    },
  },
} as const

/** The whole operator API as OpenAPI 3.1, generated from the contract. */
export const createOpenApi = async (version: string): Promise<Record<string, unknown>> => {
  const generated = await new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(
    contract,
    {
      info: {
        title: 'OTA Bench',
        version,
        description: 'Operator API of one station. Times are ISO 8601 UTC, sizes bytes.',
      },
      servers: [{ url: '/api/v1' }],
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      filter: ({ contract: procedure }) => procedure['~orpc'].route.path !== undefined,
    },
  )
  const paths = { ...generated.paths, ...besideTheContract } as object as Record<string, Record<string, Operation>>
  for (const operations of Object.values(paths))
    for (const [method, operation] of Object.entries(operations)) {
      operation.responses = { ...operation.responses, default: errorAnswer }
      if (method === 'delete') bodyToQuery(operation)
    }
  // docs/operator-api.md §4.1: GET /health needs no token
  Object.assign(paths['/health']?.get ?? {}, { security: [] })
  addBody(paths['/packages']?.post, { 'multipart/form-data': packageForm })
  addBody(paths['/packages/{id}/diffs/upload']?.post, { 'multipart/form-data': diffForm })
  addBody(paths['/devices/import']?.post, csvBodies)
  addBody(paths['/bench/recipes/import']?.post, recipeBodies)
  return { ...generated, paths }
}

interface Operation {
  responses?: object
  parameters?: object[]
  requestBody?: { content: Record<string, { schema?: { properties?: Record<string, object> } }> }
}

const addBody = (operation: Operation | undefined, content: object): void => {
  if (operation?.requestBody) operation.requestBody.content = { ...content, ...operation.requestBody.content }
}

/** A DELETE carries its flags in the query (docs/operator-api.md §4.4: `?force=true`); RFC 9110 9.3.5 defines no meaning for its body. */
const bodyToQuery = (operation: Operation): void => {
  const properties = operation.requestBody?.content['application/json']?.schema?.properties ?? {}
  delete operation.requestBody
  const flags = Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
  if (flags.length > 0) operation.parameters = [...(operation.parameters ?? []), ...flags]
}
