// npm `smtp-server` on a port of the system's choice; ends when its standard input does.
//
//   node smtp_server.cjs FOLDER OPTIONS
//
// FOLDER: where the packages are installed. OPTIONS: JSON; those of SMTPServer, and `password`, `token`: what a
// login must bring; `refuse`: recipient -> [code, words]; `slow`: milliseconds before it answers for a message. Says {"port": n}, then a line for every message it took.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const { SMTPServer } = require(path.join(process.argv[2], 'node_modules', 'smtp-server'))
const options = JSON.parse(process.argv[3])
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n')
for (const name of ['key', 'cert']) if (options[name]) options[name] = fs.readFileSync(options[name])

function known(auth) {
  if (auth.method === 'XOAUTH2') return auth.accessToken === options.token
  if (auth.method === 'CRAM-MD5') return auth.validatePassword(options.password)
  return auth.password === options.password
}

const server = new SMTPServer({
  ...options,
  logger: false,
  onAuth(auth, session, done) {
    if (known(auth)) return done(null, { user: `${auth.username} by ${auth.method}` })
    if (auth.method === 'XOAUTH2') return done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } })
    return done(null, null)
  },
  onRcptTo(address, session, done) {
    const refusal = (options.refuse || {})[address.address]
    if (!refusal) return done()
    const error = new Error(refusal[1])
    error.responseCode = refusal[0]
    return done(error)
  },
  onData(stream, session, done) {
    const pieces = []
    stream.on('data', (piece) => pieces.push(piece))
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope
      say({
        from: mailFrom.address,
        to: rcptTo.map((each) => each.address),
        parameters: mailFrom.args,
        user: session.user || null,
        secure: session.secure,
        data: Buffer.concat(pieces).toString('base64')
      })
      if (stream.sizeExceeded) {
        const error = new Error('too large')
        error.responseCode = 552
        return done(error)
      }
      const kept = options.lmtp ? rcptTo.map(() => 'kept') : 'kept'
      return setTimeout(() => done(null, kept), options.slow || 0)
    })
  }
})
server.on('error', () => {})
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }))
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
