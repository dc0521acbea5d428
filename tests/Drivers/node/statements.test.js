'use strict';

// Prepared statements, pages, batches, conditions, errors, events, metadata.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { concurrent, errors, mapping, types } = require('cassandra-driver');
const { serve, withKeyspace } = require('./served');

const rows = 1000;
const prepare = true;

async function eventually(condition) {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return true;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return false;
}

for (const maxVersion of [4, 3]) {
  describe(`statements in version ${maxVersion}`, () => {
    let server, client;

    before(async () => {
      server = await serve();
      client = await withKeyspace(server, { protocolOptions: { maxVersion } });
      await client.execute('CREATE TABLE many (p int, c int, v text, PRIMARY KEY (p, c))');
      await client.execute('CREATE TABLE items (p int, c int, v text, s text static, PRIMARY KEY (p, c))');
      await client.execute('CREATE TABLE counts (k int PRIMARY KEY, n counter)');
      const values = Array.from({ length: rows }, (_, i) => [i % 7, i, `v${i}`]);
      await concurrent.executeConcurrent(client, 'INSERT INTO many (p, c, v) VALUES (?, ?, ?)', values, { prepare, concurrencyLevel: 100 });
    });

    after(() => server.stop());

    const read = async (cql, values, options = { prepare }) => (await client.execute(cql, values, options)).rows.map(row => row.values());
    const refused = (cql, code, values, options) => assert.rejects(client.execute(cql, values, options), problem => {
      assert.ok(problem instanceof errors.ResponseError, `${problem}`);
      assert.equal(problem.code, code, problem.message);
      return true;
    });

    test('the version', () => assert.equal(client.controlConnection.protocolVersion, maxVersion));

    test('named values', async () => {
      await client.execute('INSERT INTO items (p, c, v) VALUES (:p, :c, :v)', { p: 1, c: 1, v: 'named' }, { prepare });
      assert.deepEqual(await read('SELECT v FROM items WHERE p = :part', { part: 1 }), [['named']]);
      if (maxVersion >= 4) {
        await client.execute('INSERT INTO items (p, c, v) VALUES (?, ?, ?)', [1, 1, types.unset], { prepare });
        assert.deepEqual(await read('SELECT v FROM items WHERE p = 1'), [['named']]);
      }
    });

    test('pages by state, by event and by iteration', async () => {
      const seen = [];
      let pageState;
      do {
        const page = await client.execute('SELECT c FROM many WHERE p = ?', [3], { prepare, fetchSize: 40, pageState });
        assert.ok(page.rowLength <= 40);
        seen.push(...page.rows.map(row => row.c));
        pageState = page.pageState;
      } while (pageState);
      assert.deepEqual(seen, Array.from({ length: Math.ceil((rows - 3) / 7) }, (_, i) => 3 + i * 7));

      let count = 0;
      await new Promise((resolve, reject) => client.eachRow('SELECT c FROM many', [], { prepare, autoPage: true, fetchSize: 130 }, () => count++, error => (error ? reject(error) : resolve())));
      assert.equal(count, rows);
      count = 0;
      for await (const _ of await client.execute('SELECT c FROM many', [], { prepare, fetchSize: 77 })) count++;
      assert.equal(count, rows);
    });

    test('batches', async () => {
      for (const logged of [true, false]) {
        await client.batch([
          { query: 'INSERT INTO items (p, c, v) VALUES (?, ?, ?)', params: [2, 1, 'one'] },
          { query: 'UPDATE items SET s = ? WHERE p = ?', params: ['static', 2] },
        ], { prepare, logged });
        assert.deepEqual(await read('SELECT c, v, s FROM items WHERE p = 2'), [[1, 'one', 'static']]);
        await client.execute('DELETE FROM items WHERE p = 2');
      }
      const update = { query: 'UPDATE counts SET n = n + ? WHERE k = ?', params: [2, 1] };
      await client.batch([update, update], { prepare, counter: true });
      assert.equal((await client.execute('SELECT n FROM counts')).first().n.toNumber(), 4);
    });

    test('conditions', async () => {
      const insert = 'INSERT INTO items (p, c, v) VALUES (?, ?, ?) IF NOT EXISTS';
      assert.equal((await client.execute(insert, [3, 1, 'one'], { prepare })).wasApplied(), true);
      const second = await client.execute(insert, [3, 1, 'two'], { prepare });
      assert.equal(second.wasApplied(), false);
      assert.equal(second.first().v, 'one');
      const update = "UPDATE items SET v = 'two' WHERE p = 3 AND c = 1 IF v = 'one'";
      assert.equal((await client.execute(update, [], { serialConsistency: types.consistencies.localSerial })).wasApplied(), true);
      assert.equal((await client.execute(update)).wasApplied(), false);
    });

    test('timestamps of the client', async () => {
      await client.execute('INSERT INTO items (p, c, v) VALUES (4, 1, ?)', ['later'], { prepare, timestamp: types.Long.fromNumber(2000) });
      await client.execute('INSERT INTO items (p, c, v) VALUES (4, 1, ?)', ['earlier'], { prepare, timestamp: types.Long.fromNumber(1000) });
      const row = (await client.execute('SELECT v, writetime(v) AS w FROM items WHERE p = 4')).first();
      assert.deepEqual([row.v, row.w.toNumber()], ['later', 2000]);
    });

    test('many at once', async () => {
      const values = Array.from({ length: rows }, (_, i) => [i % 7, i]);
      const { resultItems } = await concurrent.executeConcurrent(client, 'SELECT v FROM many WHERE p = ? AND c = ?', values, { prepare, collectResults: true, concurrencyLevel: 200 });
      assert.deepEqual(resultItems.map(result => result.first().v), values.map(([, c]) => `v${c}`));
    });

    test('schema changes under prepared statements', async () => {
      await client.execute('CREATE TABLE comes (k int PRIMARY KEY, a int)');
      await client.execute('INSERT INTO comes (k, a) VALUES (?, ?)', [1, 2], { prepare });
      assert.deepEqual(await read('SELECT * FROM comes WHERE k = ?', [1]), [[1, 2]]);
      await client.execute('DROP TABLE comes');
      await assert.rejects(client.execute('INSERT INTO comes (k, a) VALUES (?, ?)', [1, 2], { prepare }));
      await client.execute('CREATE TABLE comes (k int PRIMARY KEY, a int)');
      await client.execute('INSERT INTO comes (k, a) VALUES (?, ?)', [3, 4], { prepare });
      assert.deepEqual(await read('SELECT k, a FROM comes'), [[3, 4]]);
    });

    test('errors by code', async () => {
      const { alreadyExists, configError, invalid, syntaxError, unauthorized } = types.responseErrorCodes;
      await refused('SELEC * FROM many', syntaxError);
      await refused('SELECT * FROM nowhere', invalid);
      await refused('SELECT * FROM nowhere', invalid, [], { prepare });
      await refused('SELECT nothing FROM many', invalid);
      await refused('INSERT INTO many (p, c) VALUES (?, ?)', invalid, [null, 1], { prepare });
      await refused('CREATE TABLE many (k int PRIMARY KEY)', alreadyExists);
      await refused("CREATE KEYSPACE bad WITH replication = {'class': 'NoSuchStrategy'}", configError);
      await refused('LIST ROLES', unauthorized);
      assert.deepEqual(await read('SELECT count(*) FROM many'), [[types.Long.fromNumber(rows)]]);
    });

    test('warnings', { skip: maxVersion < 4 }, async () => {
      const { info } = await client.execute('SELECT count(*) FROM many');
      assert.match(info.warnings.join(), /Aggregation query used without partition key/);
    });

    test('tracing is refused politely', async () => {
      const result = await client.execute('SELECT count(*) FROM many', [], { traceQuery: true });
      assert.equal(result.info.traceId, undefined);
      assert.equal(result.rowLength, 1);
    });

    test('custom payload does no harm', { skip: maxVersion < 4 }, async () => {
      const result = await client.execute('SELECT c FROM many LIMIT 1', [], { customPayload: { key: Buffer.from('value') } });
      assert.equal(result.rowLength, 1);
    });

    test('a keyspace of the client', async () => {
      const other = await server.connect({ keyspace: 'ks', protocolOptions: { maxVersion } });
      assert.equal((await other.execute('SELECT v FROM many WHERE p = 0 AND c = 0')).first().v, 'v0');
      await assert.rejects(server.connect({ keyspace: 'nowhere', protocolOptions: { maxVersion } }));
    });

    test('metadata', async () => {
      await client.execute('CREATE TYPE kind (name text, ranks frozen<list<int>>)');
      await client.execute(
        "CREATE TABLE whole (a int, b text, c timestamp, s kind static, v map<text, frozen<kind>>, w text, PRIMARY KEY ((a, b), c)) WITH CLUSTERING ORDER BY (c DESC) AND comment = 'whole'");
      await client.execute('CREATE INDEX by_w ON whole (w)');
      const table = await client.metadata.getTable('ks', 'whole');
      assert.deepEqual([table.partitionKeys.map(c => c.name), table.clusteringKeys.map(c => c.name), table.clusteringOrder], [['a', 'b'], ['c'], ['DESC']]);
      assert.equal(table.comment, 'whole');
      assert.equal(table.indexes[0].target, 'w');
      assert.deepEqual((await client.metadata.getUdt('ks', 'kind')).fields.map(f => f.name), ['name', 'ranks']);
      assert.equal(client.metadata.getReplicas('ks', Buffer.from('00000001', 'hex')).length, 1);
      const [host] = client.hosts.values();
      assert.deepEqual([host.isUp(), host.datacenter, host.cassandraVersion[0]], [true, 'datacenter1', '5']);
    });

    test('events', async () => {
      const other = await server.connect({ protocolOptions: { maxVersion } });
      await other.execute("CREATE KEYSPACE told WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
      assert.ok(await eventually(() => 'told' in client.metadata.keyspaces));
      await other.execute('CREATE TABLE told.t (k int PRIMARY KEY)');
      assert.equal((await client.metadata.getTable('told', 't')).columns.length, 1);
      await other.execute('ALTER TABLE told.t ADD v text');
      assert.ok(await eventually(async () => (await client.metadata.getTable('told', 't')).columns.length === 2));
      await other.execute('DROP KEYSPACE told');
      assert.ok(await eventually(() => !('told' in client.metadata.keyspaces)));
    });

    test('the mapper', async () => {
      const mapper = new mapping.Mapper(client, { models: { Item: { tables: ['items'] } } }).forModel('Item');
      await mapper.insert({ p: 9, c: 1, v: 'mapped' });
      await mapper.update({ p: 9, c: 1, v: 'again' });
      assert.equal((await mapper.get({ p: 9, c: 1 })).v, 'again');
      await mapper.remove({ p: 9, c: 1 });
      assert.equal(await mapper.get({ p: 9, c: 1 }), null);
    });
  });
}
