'use strict';

// TLS, roles and what they may.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { errors, types } = require('cassandra-driver');
const { serve, withKeyspace } = require('./served');

test('TLS', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cqlite-tls-'));
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'], { stdio: 'ignore' });
  const server = await serve('--tls-certificate', certificate, '--tls-key', key);
  try {
    const client = await withKeyspace(server, { sslOptions: { ca: [fs.readFileSync(certificate)], servername: 'localhost', rejectUnauthorized: true } });
    const text = 'all work and no play '.repeat(20000);
    await client.execute('CREATE TABLE secrets (k int PRIMARY KEY, v text)');
    await client.execute('INSERT INTO secrets (k, v) VALUES (1, ?)', [text], { prepare: true });
    assert.equal((await client.execute('SELECT v FROM secrets')).first().v, text);
    await assert.rejects(server.connect({ sslOptions: { servername: 'localhost', rejectUnauthorized: true } }), errors.NoHostAvailableError);
  } finally {
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  }
});

test('roles', async () => {
  const server = await serve('--require-authentication');
  try {
    const admin = await withKeyspace(server, { credentials: { username: 'cassandra', password: 'cassandra' } });
    await admin.execute('CREATE TABLE t (k int PRIMARY KEY, v text)');
    await admin.execute("INSERT INTO t (k, v) VALUES (1, 'one')");
    await admin.execute("CREATE ROLE ann WITH LOGIN = true AND PASSWORD = 'secret'");
    await admin.execute('GRANT SELECT ON ks.t TO ann');
    for (const credentials of [undefined, { username: 'ann', password: 'wrong' }, { username: 'nobody', password: '' }]) {
      await assert.rejects(server.connect({ credentials }), problem => {
        const [inner] = Object.values(problem.innerErrors);
        assert.ok(inner instanceof errors.AuthenticationError, `${inner}`);
        return true;
      });
    }
    const ann = await server.connect({ credentials: { username: 'ann', password: 'secret' }, keyspace: 'ks' });
    assert.equal((await ann.execute('SELECT v FROM t WHERE k = ?', [1], { prepare: true })).first().v, 'one');
    const update = "UPDATE t SET v = 'two' WHERE k = 1";
    const forbidden = [
      () => ann.execute(update), () => ann.execute(update, [], { prepare: true }), () => ann.batch([update]), () => ann.execute('TRUNCATE t'),
      () => ann.execute('SELECT * FROM system_auth.roles'), () => ann.execute('DROP TABLE t'),
    ];
    for (const attempt of forbidden) {
      await assert.rejects(attempt(), problem => problem.code === types.responseErrorCodes.unauthorized);
    }
  } finally {
    await server.stop();
  }
});
