import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const SANDBOX_IN_PRODUCTION = { NODE_ENV: 'production', ALLOW_SANDBOX: '1' }

describe('readConfig', () => {
  test('needs no variable', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 4000,
      publicUrl: undefined,
      databaseUrl: undefined,
      redis: undefined,
      authSecret: undefined,
      slowOperationMs: 1000,
      mediumOperationMs: 500,
      graphiql: true,
      introspection: true,
      corsOrigins: [],
      rateLimits: true,
      reader: 'sql',
      worker: 'inline',
      shutdownGraceMs: 10_000,
    })
    expect(config.dataDirectory).toMatch(/^\/.*\/\.data$/)
  })

  test('lists every bad variable, one sentence each', () => {
    const bad = {
      NODE_ENV: 'prodution',
      HOST: 'not a host',
      PORT: '65536',
      PUBLIC_URL: 'ftp://example.com',
      TRUST_PROXY: 'yes',
      DATABASE_URL: 'mysql://root:hunter2@db/errand',
      DATABASE_POOL_MAX: '1',
      S3_BUCKET: 'Not a bucket',
      S3_REGION: 'far away',
      S3_ENDPOINT: 'minio',
      UPLOAD_IMAGE_MAX_BYTES: '5 MB',
      UPLOAD_DOCUMENT_MAX_BYTES: '0',
      UPLOAD_SILENCE_MS: '1',
      FILE_URL_TTL: '86401',
      REDIS_URL: 'http://:hunter2@cache',
      REDIS_MAX_CONNECTIONS: '1',
      REDIS_CONNECT_TIMEOUT: '5s',
      REDIS_SOCKET_TIMEOUT: '0',
      REDIS_HEALTH_CHECK_INTERVAL: '-30',
      AUTH_SECRET: 'short-secret',
      ALLOW_DEMO: 'maybe',
      SLOW_OPERATION_MS: '-1',
      MEDIUM_OPERATION_MS: '1.5',
      EVENTS_RESUME_MAX: '0',
      LOG_LEVEL: 'loud',
      ALLOW_LIVE_KEY: 'perhaps',
      LOG_OPERATIONS: 'none',
      GRAPHIQL: 'ja',
      INTROSPECTION: 'nein',
      CORS_ORIGINS: 'https://app.example.com/,*',
      RATE_LIMITS: 'of',
      WORKER: 'outside',
      SHUTDOWN_GRACE_MS: '10 s',
      OPENID_PROVIDERS: '[{"name":"hunter2"}]',
    }
    const problems = problemsOf(bad)
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(Object.keys(bad).sort())
    for (const problem of problems) expect(problem).toMatch(/^[A-Z0-9_]+ must [^\n]+\.$/)
    expect(problems).toContain('PORT must be a whole number from 0 to 65535.')
  })

  test('never repeats a secret in a message', () => {
    const said = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@db/errand',
      REDIS_URL: 'http://:hunter2@cache',
      AUTH_SECRET: 'short-secret',
      OPENID_PROVIDERS: '[{"clientSecret":"hunter2"}]',
    }).join('\n')
    expect(said).toContain('AUTH_SECRET')
    expect(said).not.toMatch(/hunter2|short-secret/)
  })

  test('reads the providers of sign-ins from JSON, each name and issuer once, over TLS or on this machine', () => {
    const provider = { name: 'Example', issuer: 'https://id.example.com', clientId: 'errand', clientSecret: 'x' }
    const read = (...providers: object[]) => readConfig({ OPENID_PROVIDERS: JSON.stringify(providers) }).openIdProviders
    expect(read(provider)).toEqual([{ ...provider, scopes: ['openid', 'email', 'profile'] }])
    expect(read({ ...provider, issuer: 'http://127.0.0.1:4444', scopes: ['openid'] })).toMatchObject([
      { scopes: ['openid'] },
    ])
    expect(read()).toEqual([])
    for (const bad of [
      'no JSON',
      '{}',
      ...[
        [{ ...provider, issuer: 'http://id.example.com' }],
        [{ ...provider, issuer: 'https://id.example.com/?x' }],
        [{ ...provider, scopes: ['email'] }],
        [{ ...provider, clientSecret: '' }],
        [{ ...provider, secret: 'x' }],
        [provider, { ...provider, issuer: 'https://other.example.com' }],
        [provider, { ...provider, name: 'Other' }],
      ].map((providers) => JSON.stringify(providers)),
    ]) {
      expect([bad, problemsOf({ OPENID_PROVIDERS: bad })]).toEqual([
        bad,
        [expect.stringMatching(/^OPENID_PROVIDERS must /)],
      ])
    }
  })

  test('requires AUTH_SECRET of 32 bytes in production and with DATABASE_URL', () => {
    const missing = ['AUTH_SECRET must be set in production and with DATABASE_URL, to at least 32 bytes.']
    expect(problemsOf({ NODE_ENV: 'production', ALLOW_SANDBOX: '1' })).toEqual(missing)
    expect(problemsOf({ DATABASE_URL: 'postgres://errand@db/errand' })).toEqual(missing)
    expect(problemsOf({ AUTH_SECRET: 'x'.repeat(31) })).toEqual(['AUTH_SECRET must have at least 32 bytes.'])
    expect(readConfig({ ...SANDBOX_IN_PRODUCTION, AUTH_SECRET: 'ü'.repeat(16) }).authSecret).toBe('ü'.repeat(16))
  })

  test('refuses the sandbox in production unless it is allowed, because it pays without money', () => {
    const production = { NODE_ENV: 'production', AUTH_SECRET: 'x'.repeat(32) }
    const refusal =
      'ALLOW_SANDBOX must be on in production without STRIPE_SECRET_KEY: the sandbox takes payments without moving money.'
    expect(problemsOf(production)).toEqual([refusal])
    expect(problemsOf({ ...production, ALLOW_SANDBOX: 'off' })).toEqual([refusal])
    expect(readConfig({ ...production, ALLOW_SANDBOX: '1' }).production).toBe(true)
    expect(readConfig({}).production).toBe(false)
  })

  test('disables GraphiQL and introspection in production by default', () => {
    const production = { ...SANDBOX_IN_PRODUCTION, AUTH_SECRET: 'x'.repeat(32) }
    expect(readConfig(production)).toMatchObject({ production: true, graphiql: false, introspection: false })
    expect(readConfig({ ...production, GRAPHIQL: 'on', INTROSPECTION: '1' })).toMatchObject({
      graphiql: true,
      introspection: true,
    })
  })

  test('treats an empty variable as unset', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', WORKER: ' ' })).toMatchObject({
      port: 4000,
      databaseUrl: undefined,
      worker: 'inline',
    })
  })

  test('requires both parts of the S3 key', () => {
    const bucket = { S3_BUCKET: 'errand-files' }
    expect(problemsOf({ ...bucket, S3_SECRET_ACCESS_KEY: 'hunter3' })).toEqual([
      'S3_ACCESS_KEY_ID must be set together with S3_SECRET_ACCESS_KEY.',
    ])
    expect(problemsOf({ ...bucket, S3_ACCESS_KEY_ID: 'errand' })).toEqual([
      'S3_SECRET_ACCESS_KEY must be set together with S3_ACCESS_KEY_ID.',
    ])
    const both = { S3_ACCESS_KEY_ID: 'errand', S3_SECRET_ACCESS_KEY: 'hunter3' }
    expect(readConfig({ ...bucket, ...both }).s3?.credentials).toEqual({
      accessKeyId: 'errand',
      secretAccessKey: 'hunter3',
    })
  })

  describe('Stripe', () => {
    const key = { STRIPE_SECRET_KEY: 'sk_test_123' }
    const secret = { STRIPE_WEBHOOK_SECRET: 'whsec_one, whsec_two' }
    const live = { ...secret, STRIPE_SECRET_KEY: 'rk_live_hunter4' }
    const liveRefused =
      'STRIPE_SECRET_KEY must be a test key unless NODE_ENV=production or ALLOW_LIVE_KEY=1: a live key moves real money.'

    test('is off without its variables, and needs both', () => {
      expect(readConfig({}).stripe).toBeUndefined()
      expect(readConfig({ ...key, ...secret }).stripe).toEqual({
        secretKey: 'sk_test_123',
        webhookSecrets: ['whsec_one', 'whsec_two'],
      })
      expect(problemsOf(key)).toEqual(['STRIPE_WEBHOOK_SECRET must be set together with STRIPE_SECRET_KEY.'])
      expect(problemsOf(secret)).toEqual(['STRIPE_SECRET_KEY must be set together with STRIPE_WEBHOOK_SECRET.'])
    })

    test('refuses other keys in one sentence, without repeating them', () => {
      expect(problemsOf({ STRIPE_SECRET_KEY: 'pk_test_hunter4', STRIPE_WEBHOOK_SECRET: 'whsec_one,hunter5' })).toEqual([
        'STRIPE_SECRET_KEY must be a secret or restricted key of Stripe, which begins with sk_ or rk_.',
        'STRIPE_WEBHOOK_SECRET must be a list of signing secrets, each beginning with whsec_, separated by commas.',
      ])
    })

    test('refuses a live key outside of production, unless it is allowed', () => {
      expect(problemsOf(live)).toEqual([liveRefused])
      expect(problemsOf({ ...live, ALLOW_LIVE_KEY: '1' })).toEqual([])
      expect(problemsOf({ ...live, NODE_ENV: 'production', AUTH_SECRET: 's'.repeat(32) })).toEqual([])
    })
  })

  test('reads the Redis settings in seconds', () => {
    expect(readConfig({ REDIS_URL: 'redis://cache:6379/2' }).redis).toEqual({
      url: 'redis://cache:6379/2',
      connectionsMax: 50,
      connectTimeoutMs: 5_000,
      socketTimeoutMs: 5_000,
      healthCheckEveryMs: 30_000,
    })
    expect(readConfig({ REDIS_URL: 'rediss://cache', REDIS_HEALTH_CHECK_INTERVAL: '7' }).redis).toMatchObject({
      healthCheckEveryMs: 7_000,
    })
  })

  test('reads lists and addresses', () => {
    const config = readConfig({
      CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
      PUBLIC_URL: 'https://api.example.com/v1/',
    })
    expect(config.corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000'])
    expect(config.publicUrl).toBe('https://api.example.com/v1')
  })

  test('cannot be changed once read', () => {
    const config = readConfig({ CORS_ORIGINS: 'https://app.example.com' })
    expect(Object.isFrozen(config) && Object.isFrozen(config.corsOrigins)).toBe(true)
  })

  test.each([
    'postgres://errand:p%40ss%2Fw%23rd%25@db.example.com:5432/errand?sslmode=require',
    'postgresql://errand@/errand?host=/run/postgresql',
    'postgres:///errand?host=/run/postgresql',
    'postgres://errand@db/errand?schema=public',
    'postgres://errand@db/errand?options=-c%20work_mem=64MB',
    'postgres://errand@[::1]:5432/errand',
  ])('accepts %s as DATABASE_URL', (url) => {
    expect(problemsOf({ DATABASE_URL: url, AUTH_SECRET: 's'.repeat(32) })).toEqual([])
  })

  test.each(['p#ss', 'p/ss', 'p?ss', '12#34'])('explains how to escape the password %s', (password) => {
    expect(
      problemsOf({ DATABASE_URL: `postgres://errand:${password}@db/errand`, AUTH_SECRET: 's'.repeat(32) }),
    ).toEqual([
      'DATABASE_URL must be an address such as postgres://user:password@host:5432/database; in user names and passwords, write @ as %40, / as %2F, # as %23, ? as %3F and % as %25.',
    ])
  })

  test.each(['schema=shop', 'options=-c%20search_path%3Dshop'])('refuses another schema than public: %s', (query) => {
    expect(problemsOf({ DATABASE_URL: `postgres://errand@db/errand?${query}`, AUTH_SECRET: 's'.repeat(32) })).toEqual([
      'DATABASE_URL must not name a schema: the server uses public and two schemas of its own, so it needs a separate database.',
    ])
  })
})
