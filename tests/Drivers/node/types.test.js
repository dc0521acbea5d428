'use strict';

// Every type that the driver knows, with values and as literals, in versions 4 and 3.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { types } = require('cassandra-driver');
const { serve, withKeyspace } = require('./served');

const { BigDecimal, Duration, InetAddress, Integer, LocalDate, LocalTime, Long, TimeUuid, Tuple, Uuid } = types;
const address = (street, number, phones) => ({ street, number, phones });
const values = {
  ascii: ['', 'plain ~'],
  bigint: [Long.ZERO, Long.MAX_VALUE, Long.MIN_VALUE],
  blob: [Buffer.alloc(0), Buffer.from('00ff', 'hex')],
  boolean: [true, false],
  date: [LocalDate.fromString('2024-02-29'), new LocalDate(-719162)],
  decimal: [BigDecimal.fromString('-12345678901234567890.000000001')],
  double: [0, -1.5, Number.MAX_VALUE, Infinity],
  duration: [new Duration(1, 2, Long.fromNumber(3)), new Duration(-14, -3, Long.fromNumber(-86400000000000))],
  float: [0, -1.5, -Infinity],
  inet: [InetAddress.fromString('127.0.0.1'), InetAddress.fromString('2001:db8::1')],
  int: [0, 2147483647, -2147483648],
  smallint: [0, 32767, -32768],
  text: ['', 'žluťoučký kůň 🐎', 'x'.repeat(70000)],
  time: [LocalTime.fromString('23:59:59.999999999')],
  timestamp: [new Date(0), new Date('2024-02-29T12:30:15.123Z'), new Date('1901-01-01T00:00:00Z')],
  timeuuid: [TimeUuid.now()],
  tinyint: [0, 127, -128],
  uuid: [Uuid.random()],
  varint: [Integer.fromString('1' + '0'.repeat(60)), Integer.fromNumber(-1)],
  'list<int>': [[1, 2, 1]],
  'set<text>': [['a', 'b']],
  'map<text, int>': [{ a: 1, b: 2 }],
  'frozen<list<frozen<map<text, frozen<set<text>>>>>>': [[{ one: ['x'] }]],
  'tuple<int, text, frozen<list<int>>>': [new Tuple(1, 'a', [3])],
  'frozen<address>': [address('Main St', 7, { home: '+1' })],
  'list<frozen<tuple<int, frozen<address>>>>': [[new Tuple(1, address('Side St', 8, { work: '+2' }))]],
};

// To version 3 these are custom types, of which the driver knows only duration.
const unknownInVersion3 = ['date', 'smallint', 'time', 'tinyint'];

const plain = value => JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Buffer ? v.toString('hex') : typeof v === 'number' ? String(v) : v)));

for (const maxVersion of [4, 3]) {
  describe(`types in version ${maxVersion}`, () => {
    let server, client;

    before(async () => {
      server = await serve();
      client = await withKeyspace(server, { protocolOptions: { maxVersion } });
      await client.execute('CREATE TYPE address (street text, number int, phones frozen<map<text, text>>)');
      const columns = Object.keys(values).map((type, i) => `c${i} ${type}`).join(', ');
      await client.execute(`CREATE TABLE everything (k int PRIMARY KEY, ${columns})`);
    });

    after(() => server.stop());

    for (const [number, [type, samples]] of Object.entries(values).entries()) {
      test(type, { skip: maxVersion < 4 && unknownInVersion3.includes(type) }, async () => {
        const insert = `INSERT INTO everything (k, c${number}) VALUES (?, ?)`;
        const select = `SELECT c${number} AS v FROM everything WHERE k = ?`;
        for (const [key, value] of [null, ...samples].entries()) {
          await client.execute(insert, [key, value], { prepare: true });
          for (const prepare of [true, false]) {
            const { v } = (await client.execute(select, [key], { prepare, hints: ['int'] })).first();
            if (value === null || typeof value !== 'object' || typeof value.equals !== 'function') assert.deepEqual(plain(v), plain(value));
            else assert.ok(value.equals(v), `${v} is not ${value}`);
          }
        }
      });
    }

    test('counter', async () => {
      await client.execute('CREATE TABLE counts (k text PRIMARY KEY, n counter)');
      for (const step of [5, -2, 1]) await client.execute('UPDATE counts SET n = n + ? WHERE k = ?', [step, 'a'], { prepare: true });
      assert.equal((await client.execute('SELECT n FROM counts')).first().n.toString(), '4');
    });

    test('vector', async () => {
      await client.execute('CREATE TABLE vectors (k int PRIMARY KEY, v vector<float, 3>)');
      await client.execute('INSERT INTO vectors (k, v) VALUES (1, ?)', [new types.Vector(new Float32Array([1, 2, 0.5]))], { prepare: true });
      const { v } = (await client.execute('SELECT v FROM vectors')).first();
      assert.deepEqual([...v], [1, 2, 0.5]);
    });
  });
}
