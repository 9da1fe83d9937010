/**
 * Sends the requests of a server process for api.stripe.com to the local Stripe server: `node --import` this file, with its port in
 * LOCAL_STRIPE_PORT. So the product needs no option for another host.
 */
import http from 'node:http'
import https from 'node:https'

const agent = new http.Agent({ keepAlive: true })
const requestHttps = https.request

https.request = (options, ...rest) => {
  if (options?.host !== 'api.stripe.com') return requestHttps(options, ...rest)
  const { ciphers: _, ...plain } = options
  return http.request({ ...plain, host: '127.0.0.1', port: process.env.LOCAL_STRIPE_PORT, agent }, ...rest)
}
