import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '#shared/contract.ts'

const error = {
  description: 'An error in words, with a code for programs',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['code', 'status', 'message'],
        properties: {
          code: { type: 'string' },
          status: { type: 'integer' },
          message: { type: 'string' },
          data: { type: 'object' },
        },
      },
    },
  },
} as const

/** The files of a package go with its fields in one form; the typed contract has them as uploads. */
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

/** REST calls that bytes keep out of the typed contract. */
const besideTheContract = {
  '/uploads': {
    post: {
      operationId: 'uploads.receive',
      tags: ['uploads'],
      summary: 'Send one file as the body; answers its id and digests',
      parameters: [
        {
          name: 'X-File-Name',
          in: 'header',
          required: true,
          schema: { type: 'string' },
          description: 'percent-encoded',
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: { 200: { description: 'OK' }, default: error },
    },
  },
  '/packages/{id}/files/{name}': {
    get: {
      operationId: 'packages.file',
      tags: ['packages'],
      summary: 'A file of a package',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
      ],
      responses: { 200: { description: 'The bytes', content: { 'application/octet-stream': {} } }, default: error },
    },
  },
  '/events': {
    get: {
      operationId: 'events',
      tags: ['events'],
      summary: 'Server-sent events job, campaign, device, package, removed; an object at most ten times a second',
      parameters: [
        { name: 'types', in: 'query', schema: { type: 'string' } },
        { name: 'campaignId', in: 'query', schema: { type: 'integer' } },
      ],
      responses: { 200: { description: 'A stream', content: { 'text/event-stream': {} } }, default: error },
    },
  },
} as const

/** The whole operator API as OpenAPI 3.1, made from the contract. */
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
  const paths = { ...generated.paths, ...besideTheContract } as Record<string, Record<string, Record<string, unknown>>>
  for (const path of Object.values(paths)) {
    for (const operation of Object.values(path))
      operation.responses = { ...(operation.responses as object), default: error }
  }
  const create = paths['/packages']?.post as { requestBody?: { content: Record<string, unknown> } } | undefined
  if (create?.requestBody)
    create.requestBody.content = { 'multipart/form-data': packageForm, ...create.requestBody.content }
  return { ...generated, paths }
}
