"""How clients come: versions, compression, TLS, roles; and what happens when the server goes."""

import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

import cassandra
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import NoHostAvailable
from cassandra.query import BatchStatement

from served import ServedTest

TEXT = "all work and no play " * 20000


class Versions(ServedTest):
    """Without being told a version the driver begins above those that there are, and walks down."""

    def test_the_newest_is_found(self):
        self.assertEqual(self.cluster.protocol_version, 5)

    def test_many_sessions(self):
        sessions = [self.connect("ks") for _ in range(10)]
        self.session.execute("CREATE TABLE sessions (k int PRIMARY KEY)")
        for number, session in enumerate(sessions):
            session.execute("INSERT INTO sessions (k) VALUES (%s)", [number])
        self.assertEqual(self.session.execute("SELECT count(*) FROM sessions").one()[0], len(sessions))


class Compression(ServedTest):
    """In both directions, messages of one frame and of several."""

    def test_what_is_large(self):
        self.session.execute("CREATE TABLE texts (k int PRIMARY KEY, v text)")
        for version, name in ((5, "lz4"), (4, "lz4"), (4, "snappy"), (3, "snappy"), (3, "lz4")):
            with self.subTest(version=version, compression=name):
                session = self.connect("ks", protocol_version=version, compression=name)
                connection = session.cluster.control_connection._connection
                self.assertTrue(connection.compressor or connection._checksumming_enabled)
                insert = session.prepare("INSERT INTO texts (k, v) VALUES (?, ?)")
                session.execute(insert, (version, TEXT))
                self.assertEqual(session.execute("SELECT v FROM texts WHERE k = %s", [version]).one().v, TEXT)
                self.assertEqual(session.execute("SELECT release_version FROM system.local").one()[0][0], "5")


class Secured(ServedTest):
    """TLS with a certificate that the client checks."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="cqlite-tls-")
        cls.certificate, key = os.path.join(cls.folder, "cert.pem"), os.path.join(cls.folder, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cls.certificate, "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, stderr=subprocess.DEVNULL)
        cls.server_options = ("--tls-certificate", cls.certificate, "--tls-key", key)
        context = ssl.create_default_context(cafile=cls.certificate)
        context.check_hostname = False
        cls.cluster_options = {"ssl_context": context, "ssl_options": {"server_hostname": "localhost"}}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.folder)

    def test_statements(self):
        self.session.execute("CREATE TABLE secrets (k int PRIMARY KEY, v text)")
        self.session.execute("INSERT INTO secrets (k, v) VALUES (1, %s)", [TEXT])
        self.assertEqual(self.session.execute("SELECT v FROM secrets").one().v, TEXT)
        self.assertIn(self.cluster.control_connection._connection._socket.version(), ("TLSv1.2", "TLSv1.3"))

    def test_others_are_not_served(self):
        with self.assertRaises(NoHostAvailable):
            self.connect(connect_timeout=2)
        with self.assertRaises(NoHostAvailable):
            self.connect(ssl_context=ssl.create_default_context(), ssl_options={"server_hostname": "localhost"})


def login(user, password):
    return {"auth_provider": PlainTextAuthProvider(user, password)}


class Roles(ServedTest):
    """Users with a password, and what they may do."""

    server_options = ("--require-authentication",)
    cluster_options = login("cassandra", "cassandra")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session.execute("CREATE TABLE t (k int PRIMARY KEY, v text)")
        cls.session.execute("INSERT INTO t (k, v) VALUES (1, 'one')")
        cls.session.execute("CREATE ROLE readers")
        cls.session.execute("GRANT SELECT ON KEYSPACE ks TO readers")
        cls.session.execute("CREATE ROLE ann WITH LOGIN = true AND PASSWORD = 'ann''s'")
        cls.session.execute("CREATE ROLE eve WITH LOGIN = true AND PASSWORD = 'guess'")
        cls.session.execute("GRANT readers TO ann")

    def test_who_may_come(self):
        for version in (3, 4, 5):
            for options in (login("ann", "wrong"), login("nobody", ""), login("readers", ""), {}):
                with self.subTest(version=version, options=options), self.assertRaises(NoHostAvailable) as caught:
                    self.connect(protocol_version=version, **options)
                if options:
                    [problem] = caught.exception.errors.values()
                    self.assertIsInstance(problem, cassandra.AuthenticationFailed)

    def test_what_a_role_may(self):
        for version in (3, 4, 5):
            session = self.connect("ks", protocol_version=version, **login("ann", "ann's"))
            self.assertEqual(session.execute("SELECT v FROM t WHERE k = 1").one().v, "one")
            prepared = session.prepare("UPDATE t SET v = 'two' WHERE k = 1")
            batch = BatchStatement()
            batch.add(prepared)
            for statement in (
                prepared, batch, "DELETE FROM t WHERE k = 1", "TRUNCATE t", "DROP TABLE t", "CREATE TABLE u (k int PRIMARY KEY)", "ALTER TABLE t ADD w int",
                "SELECT * FROM system_auth.roles", "CREATE ROLE mallory", "GRANT ALL ON ALL KEYSPACES TO ann", "ALTER ROLE eve WITH PASSWORD = 'mine'",
            ):
                with self.subTest(str(statement)), self.assertRaises(cassandra.Unauthorized):
                    session.execute(statement)
        self.assertEqual(self.session.execute("SELECT v FROM t WHERE k = 1").one().v, "one")

    def test_without_a_grant_nothing_is_read(self):
        session = self.connect(**login("eve", "guess"))
        with self.assertRaises(cassandra.Unauthorized):
            session.execute("SELECT * FROM ks.t")
        self.session.execute("GRANT SELECT ON ks.t TO eve")
        self.assertEqual(session.execute("SELECT v FROM ks.t").one().v, "one")
        self.session.execute("REVOKE SELECT ON ks.t FROM eve")
        with self.assertRaises(cassandra.Unauthorized):
            session.execute("SELECT * FROM ks.t")

    def test_lists(self):
        roles = {row.role: (row.super, row.login) for row in self.session.execute("LIST ROLES")}
        self.assertEqual((roles["cassandra"], roles["ann"], roles["readers"]), ((True, True), (False, True), (False, False)))
        granted = [(r.role, r.resource, r.permission) for r in self.session.execute("LIST ALL PERMISSIONS OF ann")]
        self.assertEqual(granted, [("readers", "<keyspace ks>", "SELECT")])


if __name__ == "__main__":
    unittest.main()
