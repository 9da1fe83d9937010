/**
 * Yoga plugin for GraphQL multipart requests, which are parsed while they arrive. The response is sent as soon as the operation
 * is done; the rest of the body is discarded for a while, so that the client can read the response before the connection closes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import { limitBody } from '../bodyDeadline.ts'
import { isMultipart } from '../requestBody.ts'
import { requestError } from '../responses/requestErrors.ts'
import { type BodyLimits, MultipartBody } from './multipartBody.ts'

// Each has an open file, and up to 256 kB of buffers.
const UPLOADS_AT_ONCE_MAX = 200
const LINGER_MS = 3_000

interface NodeRequest {
  req?: IncomingMessage
  res?: ServerResponse
}

/** Returns the plugin. It must follow CSRF prevention, because browsers send cross-site forms without a preflight. */
export function useUploads(limits: BodyLimits): Plugin<object, NodeRequest> {
  let open = 0
  return {
    onRequestParse({ request, serverContext: { req, res }, setRequestParser }) {
      if (request.method !== 'POST' || !isMultipart(request.headers)) return
      if (!req || !res)
        throw requestError('BAD_REQUEST', { status: 415, message: 'Files can be uploaded over HTTP only.' })
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
