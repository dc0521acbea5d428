"""A fresh database behind `cqlite serve`, for one class of tests, and sessions of the driver to it."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from cassandra.cluster import Cluster

COMMAND = os.environ.get("CQLITE", "cqlite")

# The driver's own are some seconds, which a busy machine may take.
PATIENCE_SECONDS = 60


class Server:
    """One process of the command on a port of its own; its database is gone at the end."""

    def __init__(self, *options, database=None):
        self.folder = tempfile.mkdtemp(prefix="cqlite-python-")
        self.database = database or os.path.join(self.folder, "database")
        if database is None:
            subprocess.run([COMMAND, "database", "create", self.database], check=True, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--database", self.database, "--port", "0", "--json", *options], stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def stop(self):
        """Ends the process as a signal does, and tells its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self.process.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)


class ServedTest(unittest.TestCase):
    """Tests of one class share a server, a session and the keyspace `ks`."""

    server_options = ()
    cluster_options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.server_options)
        cls.clusters = []
        try:
            cls.session = cls.connect(**cls.cluster_options)
            cls.cluster = cls.session.cluster
            cls.session.execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
            cls.session.set_keyspace("ks")
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        for cluster in cls.clusters:
            cluster.shutdown()
        assert cls.server.stop() == 0, "the server did not stop as it should"

    @classmethod
    def connect(cls, keyspace=None, **options):
        options.setdefault("port", cls.server.port)
        options.setdefault("connect_timeout", PATIENCE_SECONDS)
        options.setdefault("control_connection_timeout", PATIENCE_SECONDS)
        cluster = Cluster(["127.0.0.1"], **options)
        cluster.profile_manager.default.request_timeout = PATIENCE_SECONDS
        cls.clusters.append(cluster)
        return cluster.connect(keyspace)
