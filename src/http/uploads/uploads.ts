/**
 * A Yoga plugin: GraphQL multipart requests, read as they come. It answers as soon as the operation is done, whatever the client
 * still sends; that is read and forgotten for a moment, so that an ordinary client reads its answer before the connection ends.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import { limitBody } from '../bodyDeadline.ts'
import { isMultipart } from '../requestBody.ts'
import { requestError } from '../responses/requestErrors.ts'
import { type BodyLimits, MultipartBody } from './multipartBody.ts'

// Each has an open file, and with its batch and what the connection holds for it up to a quarter of a megabyte.
const UPLOADS_AT_ONCE_MAX = 200
const LINGER_MS = 3_000

interface NodeRequest {
  req?: IncomingMessage
  res?: ServerResponse
}

/** Stands behind CSRF prevention: a page of another site can send a form without asking. */
export function useUploads(limits: BodyLimits): Plugin<object, NodeRequest> {
  let open = 0
  return {
    onRequestParse({ request, serverContext: { req, res }, setRequestParser }) {
      if (request.method !== 'POST' || !isMultipart(request.headers)) return
      if (!req || !res) throw requestError('BAD_REQUEST', { status: 415, message: 'Files come over a connection.' })
      if (open >= UPLOADS_AT_ONCE_MAX) throw requestError('OVERLOADED', { headers: { 'retry-after': '1' } })
      const body = new MultipartBody(req, limits)
      open++
      res.once('close', () => {
        open--
        limitBody(req, res, LINGER_MS)
        void body.close()
      })
      setRequestParser(async () => {
        const params = await body.read(res)
        limitBody(req, res, body.deadlineMs)
        return params
      })
    },
  }
}
