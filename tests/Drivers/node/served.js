'use strict';

// A fresh database behind `cqlite serve`, for one file of tests.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { Client } = require('cassandra-driver');

const command = process.env.CQLITE || 'cqlite';

// The driver's own are some seconds, which a busy machine may take.
const patient = { connectTimeout: 60000, readTimeout: 60000 };

/** Starts a server on a port of its own; `stop` closes its clients and ends it as a signal does. */
async function serve(...options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cqlite-node-'));
  const database = path.join(folder, 'database');
  execFileSync(command, ['database', 'create', database], { stdio: 'ignore' });
  const server = spawn(command, ['serve', '--database', database, '--port', '0', '--json', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => server.once('exit', resolve));
  const [line] = await new Promise(resolve => createInterface(server.stdout).once('line', (...lines) => resolve(lines)));
  const { port } = JSON.parse(line);
  const clients = [];

  return {
    async connect(more = {}) {
      const client = new Client({ contactPoints: [`127.0.0.1:${port}`], localDataCenter: 'datacenter1', refreshSchemaDelay: 10, socketOptions: patient, ...more });
      clients.push(client);
      await client.connect();
      return client;
    },

    async stop() {
      await Promise.all(clients.map(client => client.shutdown()));
      server.kill('SIGTERM');
      const code = await ended;
      fs.rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`The server ended with ${code}.`);
    },
  };
}

/** A client with the keyspace `ks`. */
async function withKeyspace(server, options) {
  const client = await server.connect(options);
  await client.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
  await client.execute('USE ks');
  return client;
}

module.exports = { serve, withKeyspace };
