using System.Buffers.Binary;
using System.Text;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>A database behind the protocol, asked as drivers ask.</summary>
public sealed class DatabaseServerTests
{
    private const string Keyspace = "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";
    private const string Table = "CREATE TABLE ks.t (k int, c int, v text, PRIMARY KEY (k, c))";

    [Theory]
    [InlineData(3, "")]
    [InlineData(4, "lz4")]
    [InlineData(4, "snappy")]
    [InlineData(5, "")]
    [InlineData(5, "lz4")]
    public async Task Statements_are_executed(int version, string compression)
    {
        await using ServedDatabase database = new();
        using WireClient client = await database.ConnectAsync(version, compression);
        Assert.Equal(new SchemaChange(SchemaChangeKind.Created, SchemaTarget.Keyspace, "ks"), Assert.IsType<SchemaChangeResult>(await client.AskAsync(Keyspace)).Change);
        Assert.Equal(new SchemaChange(SchemaChangeKind.Created, SchemaTarget.Table, "ks", "t"), Assert.IsType<SchemaChangeResult>(await client.AskAsync(Table)).Change);
        Assert.Equal("ks", Assert.IsType<SetKeyspaceResult>(await client.AskAsync("USE ks")).Keyspace);
        Assert.IsType<VoidResult>(await client.AskAsync("INSERT INTO t (k, c, v) VALUES (1, 2, 'x')"));
        RowsResult rows = Assert.IsType<RowsResult>(await client.AskAsync("SELECT v FROM t WHERE k = 1"));
        Assert.Equal([new("ks", "t", "v", Core.Types.CqlTypes.Text)], rows.Metadata.Columns);
        Assert.Equal(["x"], Texts(rows));
    }

    [Fact]
    public async Task Prepared_statements_have_Cassandras_ids_and_tell_keys_and_columns()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        PreparedResult insert = await client.PrepareAsync("INSERT INTO ks.t (c, v, k) VALUES (?, ?, ?)");
        Assert.Equal(PreparedResult.ComputeId("INSERT INTO ks.t (c, v, k) VALUES (?, ?, ?)", null), insert.StatementId.ToArray());
        Assert.Equal([2], insert.Markers.PartitionKey.Select(i => (int)i));
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", Convert.ToHexStringLower(insert.ResultMetadataId.Span));
        Assert.IsType<VoidResult>(await client.AskAsync(new ExecuteMessage(insert.StatementId, insert.ResultMetadataId, new() { Values = [Int(7), Text("seven"), Int(99)] })));

        PreparedResult select = await client.PrepareAsync("SELECT v FROM ks.t WHERE k = :key");
        QueryParameters parameters = new() { Values = [Text("none"), Int(99)], Names = ["other", "key"], SkipMetadata = true };
        RowsResult rows = Assert.IsType<RowsResult>(await client.AskAsync(new ExecuteMessage(select.StatementId, select.ResultMetadataId, parameters)));
        Assert.True(rows.Metadata.Columns.IsDefault);
        Assert.Equal(["seven"], Texts(rows, select.Metadata.Columns));

        // A client that knows other columns is told the ones that there are, whatever it asked for.
        rows = Assert.IsType<RowsResult>(await client.AskAsync(new ExecuteMessage(select.StatementId, new byte[16], parameters)));
        Assert.Equal(select.ResultMetadataId.ToArray(), rows.Metadata.ChangedId!.Value.ToArray());
        Assert.Equal(["seven"], Texts(rows));
    }

    [Fact]
    public async Task A_statement_whose_table_changed_is_unprepared_until_it_is_prepared_again()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        PreparedResult select = await client.PrepareAsync("SELECT * FROM ks.t WHERE k = 1");
        _ = database.Engine.Execute("CREATE TABLE ks.other (k int PRIMARY KEY)");
        Assert.IsType<RowsResult>(await client.AskAsync(new ExecuteMessage(select.StatementId, select.ResultMetadataId, new())));
        _ = database.Engine.Execute("ALTER TABLE ks.t ADD w int");
        ErrorMessage error = Assert.IsType<ErrorMessage>(await client.AskAsync(new ExecuteMessage(select.StatementId, select.ResultMetadataId, new())));
        Assert.Equal(ErrorCode.Unprepared, error.Code);
        Assert.Equal(select.StatementId.ToArray(), Assert.IsType<UnpreparedDetails>(error.Details).StatementId.ToArray());
        PreparedResult again = await client.PrepareAsync("SELECT * FROM ks.t WHERE k = 1");
        Assert.Equal(4, again.Metadata.ColumnCount);
        Assert.IsType<RowsResult>(await client.AskAsync(new ExecuteMessage(again.StatementId, again.ResultMetadataId, new())));
    }

    [Fact]
    public async Task Statements_that_were_not_used_for_longest_are_unprepared_where_there_are_too_many()
    {
        await using ServedDatabase database = new(new() { Limits = new() { MaxPreparedStatements = 16 } }, Fill);
        using WireClient client = await database.ConnectAsync();
        List<PreparedResult> prepared = [];
        for (int i = 0; i < 20; i++)
        {
            prepared.Add(await client.PrepareAsync($"SELECT v FROM ks.t WHERE k = {i}"));
            Assert.IsType<RowsResult>(await client.AskAsync(new ExecuteMessage(prepared[0].StatementId, prepared[0].ResultMetadataId, new())));
        }

        Assert.InRange(database.Server.PreparedCount, 1, 16);
        Assert.Equal(ErrorCode.Unprepared, Assert.IsType<ErrorMessage>(await client.AskAsync(new ExecuteMessage(prepared[1].StatementId, default, new()))).Code);
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        List<string?> all = [];
        ReadOnlyMemory<byte>? state = null;
        int pages = 0;
        do
        {
            RowsResult rows = Assert.IsType<RowsResult>(await client.AskAsync(new QueryMessage("SELECT v FROM ks.t", new() { PageSize = 7, PagingState = state })));
            Assert.True(rows.RowCount <= 7);
            all.AddRange(Texts(rows));
            state = rows.Metadata.PagingState is { } next ? next.ToArray() : default(ReadOnlyMemory<byte>?);
            pages++;
        }
        while (state is not null);
        Assert.Equal(100, all.Distinct().Count());
        Assert.Equal(100, all.Count);
        Assert.Equal(15, pages);
    }

    [Fact]
    public async Task A_page_that_is_too_long_is_made_shorter_and_a_result_that_is_too_long_refused()
    {
        await using ServedDatabase database = new(new() { Limits = new() { MaxAnswerBytes = 300 } }, Fill);
        using WireClient client = await database.ConnectAsync();
        RowsResult rows = Assert.IsType<RowsResult>(await client.AskAsync(new QueryMessage("SELECT v FROM ks.t", new() { PageSize = 100 })));
        Assert.InRange(rows.RowCount, 2, 99);
        QueryMessage next = new("SELECT v FROM ks.t", new() { PageSize = 100, PagingState = rows.Metadata.PagingState!.Value.ToArray() });
        RowsResult more = Assert.IsType<RowsResult>(await client.AskAsync(next));
        Assert.Empty(Texts(rows).Intersect(Texts(more)));
        Assert.Equal(ErrorCode.Invalid, Assert.IsType<ErrorMessage>(await client.AskAsync("SELECT v FROM ks.t")).Code);
    }

    [Fact]
    public async Task Batches_mix_texts_and_prepared_statements()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        PreparedResult insert = await client.PrepareAsync("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)");
        BatchStatement byId = new(null, insert.StatementId, [Int(500), Int(1), Text("by id")]);
        BatchStatement byText = new("INSERT INTO ks.t (k, c, v) VALUES (500, ?, 'by text')", default, [Int(2)]);
        QueryParameters parameters = new() { TimestampMicros = 12345 };
        Assert.IsType<VoidResult>(await client.AskAsync(new BatchMessage(BatchKind.Logged, [byId, byText], parameters)));
        Assert.Equal(["by id", "by text"], Texts(Assert.IsType<RowsResult>(await client.AskAsync("SELECT v FROM ks.t WHERE k = 500"))));
        RowsResult times = Assert.IsType<RowsResult>(await client.AskAsync("SELECT blobAsText(bigintAsBlob(writetime(v))) FROM ks.t WHERE k = 500 AND c = 1"));
        Assert.Equal(1, times.RowCount);

        Assert.Equal(
            "There were 3 markers(?) in CQL but 0 bound variables",
            Assert.IsType<ErrorMessage>(await client.AskAsync(new BatchMessage(BatchKind.Logged, [byId with { Values = [] }], new()))).Text);
        Assert.Equal(
            "Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.",
            Assert.IsType<ErrorMessage>(await client.AskAsync(new BatchMessage(BatchKind.Logged, [new("SELECT * FROM ks.t", default, [])], new()))).Text);
    }

    [Theory]
    [InlineData("SELECT * FROM ks.t", ConsistencyLevel.Any, null, "ANY ConsistencyLevel is only supported for writes")]
    [InlineData("INSERT INTO ks.t (k, c) VALUES (1, 1)", ConsistencyLevel.Serial, null, "You must use conditional updates for serializable writes")]
    [InlineData("INSERT INTO ks.t (k, c) VALUES (1, 1) IF NOT EXISTS", ConsistencyLevel.One, ConsistencyLevel.One, "Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL")]
    [InlineData("SELECT * FROM ks.t", ConsistencyLevel.Serial, null, null)]
    [InlineData("INSERT INTO ks.t (k, c) VALUES (1, 1)", ConsistencyLevel.All, null, null)]
    internal async Task Consistency_that_makes_no_sense_is_refused(string cql, ConsistencyLevel level, ConsistencyLevel? serial, string? refusal)
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        Message answer = await client.AskAsync(new QueryMessage(cql, new() { Consistency = level, SerialConsistency = serial }));
        if (refusal is null)
            Assert.IsAssignableFrom<ResultMessage>(answer);
        else
            Assert.Equal((ErrorCode.Invalid, refusal), (Assert.IsType<ErrorMessage>(answer).Code, ((ErrorMessage)answer).Text));
    }

    [Fact]
    public async Task Errors_have_codes_and_details()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        ErrorMessage exists = Assert.IsType<ErrorMessage>(await client.AskAsync(Keyspace));
        Assert.Equal((ErrorCode.AlreadyExists, new AlreadyExistsDetails("ks", "")), (exists.Code, exists.Details));
        exists = Assert.IsType<ErrorMessage>(await client.AskAsync(Table));
        Assert.Equal((ErrorCode.AlreadyExists, new AlreadyExistsDetails("ks", "t")), (exists.Code, exists.Details));
        Assert.Equal(ErrorCode.SyntaxError, Assert.IsType<ErrorMessage>(await client.AskAsync("SELEC")).Code);
        Assert.Equal((ErrorCode.Invalid, "table nothing does not exist"), Error(await client.AskAsync("SELECT * FROM ks.nothing")));
        Assert.Equal((ErrorCode.Invalid, "Invalid amount of bind variables"), Error(await client.AskAsync("SELECT * FROM ks.t WHERE k = ?")));
        Assert.Equal((ErrorCode.ProtocolError, "The page size cannot be 0"), Error(await client.AskAsync(new QueryMessage("SELECT * FROM ks.t", new() { PageSize = 0 }))));
        Assert.Equal(
            (ErrorCode.ProtocolError, "Invalid value for the paging state"),
            Error(await client.AskAsync(new QueryMessage("SELECT * FROM ks.t", new() { PageSize = 5, PagingState = new byte[] { 1, 2, 3 } }))));
    }

    [Fact]
    public async Task A_traced_request_is_answered_with_a_warning_and_no_id()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        client.Add(1, new QueryMessage("SELECT v FROM ks.t WHERE k = 1", new()), EnvelopeFlags.Tracing);
        await client.SendAsync();
        Assert.IsType<RowsResult>((await client.ReceiveAsync()).Message);
        Assert.Null(client.Extras.TracingId);
        Assert.Contains("does not trace", Assert.Single(client.Extras.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_changes_are_told_whoever_made_them()
    {
        await using ServedDatabase database = new(prepare: Fill);
        using WireClient client = await database.ConnectAsync();
        Assert.IsType<ReadyMessage>(await client.AskAsync(new RegisterMessage([EventKind.SchemaChange])));
        _ = database.Engine.Execute("CREATE TYPE ks.ty (a int)");
        (EnvelopeHeader header, Message message) = await client.ReceiveAsync();
        Assert.Equal(-1, header.Stream);
        Assert.Equal(new SchemaChange(SchemaChangeKind.Created, SchemaTarget.Type, "ks", "ty"), Assert.IsType<SchemaEvent>(message).Change);
    }

    [Fact]
    public async Task Reads_only_are_served_where_that_was_asked_for()
    {
        await using ServedDatabase database = new(new() { IsReadOnly = true }, Fill);
        using WireClient client = await database.ConnectAsync();
        Assert.IsType<RowsResult>(await client.AskAsync("SELECT * FROM ks.t"));
        Assert.Equal(ErrorCode.Invalid, Error(await client.AskAsync("INSERT INTO ks.t (k, c) VALUES (1, 1)")).Code);
        Assert.Equal(ErrorCode.Invalid, Error(await client.AskAsync("DROP TABLE ks.t")).Code);
        Assert.Equal(ErrorCode.Invalid, Error(await client.AskAsync(new BatchMessage(BatchKind.Logged, [new("DELETE FROM ks.t WHERE k = 1", default, [])], new()))).Code);
    }

    [Fact]
    public async Task Without_memory_requests_are_refused_and_afterwards_it_is_all_there_again()
    {
        await using ServedDatabase database = new(new() { Limits = new() { MaxMemoryBytes = 1 << 20 } }, Fill);
        using WireClient client = await database.ConnectAsync();
        string long_ = new('x', 2 << 20);
        Assert.Equal(ErrorCode.Overloaded, Error(await client.AskAsync($"INSERT INTO ks.t (k, c, v) VALUES (1, 1, '{long_}')")).Code);
        Assert.IsType<VoidResult>(await client.AskAsync($"INSERT INTO ks.t (k, c, v) VALUES (1, 1, '{long_[..500_000]}')"));
        Assert.IsType<RowsResult>(await client.AskAsync("SELECT c FROM ks.t WHERE k = 1"));
        for (int i = 0; database.Server.UsedBytes != 0 && i < 3000; i++)
            await Task.Delay(20);
        Assert.Equal(0, database.Server.UsedBytes);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_ends_with_a_timeout()
    {
        await using ServedDatabase database = new(new() { Limits = new() { RequestTimeout = TimeSpan.FromMilliseconds(1) } }, Fill);
        for (int i = 0; i < 2000; i++)
            database.Engine.Execute($"INSERT INTO ks.t (k, c, v) VALUES (1, {i}, 'x')").Dispose();
        using WireClient client = await database.ConnectAsync();
        Message answer = await client.AskAsync("SELECT count(*) FROM ks.t WHERE v = 'none' ALLOW FILTERING");
        if (answer is ErrorMessage error)
            Assert.Equal((ErrorCode.ReadTimeout, new ReadTimeoutDetails(ConsistencyLevel.LocalOne, 0, 1, false)), (error.Code, error.Details));
    }

    [Fact]
    public async Task Many_clients_write_at_once_and_nothing_is_lost()
    {
        await using ServedDatabase database = new(prepare: Fill);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(async number =>
        {
            using WireClient client = await database.ConnectAsync();
            PreparedResult insert = await client.PrepareAsync("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)");
            for (short i = 0; i < 200; i++)
                client.Add(i, new ExecuteMessage(insert.StatementId, insert.ResultMetadataId, new() { Values = [Int(1000 + number), Int(i), Text("v")] }));
            await client.SendAsync();
            for (int i = 0; i < 200; i++)
                Assert.IsType<VoidResult>((await client.ReceiveAsync()).Message);
        }));
        for (int number = 1; number <= 4; number++)
        {
            using QueryResult result = database.Engine.Execute($"SELECT v FROM ks.t WHERE k = {1000 + number}");
            int count = 0;
            while (result.MoveNext())
                count++;
            Assert.Equal(200, count);
        }
    }

    [Fact]
    public async Task Others_may_come_only_where_they_log_in()
    {
        await using ServedDatabase database = new();
        InvalidQueryException refused = Assert.Throws<InvalidQueryException>(() => DatabaseServer.Start(database.Engine, new() { EndPoint = new(System.Net.IPAddress.Any, 0) }));
        Assert.Contains("must require authentication", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authentication_can_be_asked_of_any_database()
    {
        await using ServedDatabase database = new(new() { RequiresAuthentication = true }, Fill);
        using WireClient admin = await WireClient.LogInAsync(database.Server.EndPoint, 5, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("CREATE ROLE reader WITH LOGIN = true AND PASSWORD = 'secret'"));
        using WireClient reader = await WireClient.LogInAsync(database.Server.EndPoint, 5, "reader", "secret");
        Assert.Equal(ErrorCode.Unauthorized, Error(await reader.AskAsync("SELECT * FROM ks.t")).Code);
    }

    [Fact]
    public async Task The_password_that_everybody_knows_opens_nothing_to_others()
    {
        await using ServedDatabase database = new(new() { RequiresAuthentication = true });
        DatabaseServerOptions open = new() { EndPoint = new(System.Net.IPAddress.Any, 0), RequiresAuthentication = true };
        InvalidQueryException refused = Assert.Throws<InvalidQueryException>(() => DatabaseServer.Start(database.Engine, open));
        Assert.Contains("change it there with ALTER ROLE", refused.Message, StringComparison.Ordinal);
        using WireClient admin = await WireClient.LogInAsync(database.Server.EndPoint, 5, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("ALTER ROLE cassandra WITH PASSWORD = 'another'"));
        await using DatabaseServer opened = DatabaseServer.Start(database.Engine, open);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Roles_log_in_and_may_do_what_they_are_granted(int version)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["authenticator"] = "PasswordAuthenticator", ["authorizer"] = "CassandraAuthorizer" };
        await using ServedDatabase database = new(prepare: Fill, settings: settings);
        using WireClient admin = await WireClient.LogInAsync(database.Server.EndPoint, version, "cassandra", "cassandra");
        Assert.IsType<VoidResult>(await admin.AskAsync("CREATE ROLE reader WITH LOGIN = true AND PASSWORD = 'secret'"));
        Assert.IsType<VoidResult>(await admin.AskAsync("GRANT SELECT ON ks.t TO reader"));
        using WireClient reader = await WireClient.LogInAsync(database.Server.EndPoint, version, "reader", "secret");
        Assert.IsType<RowsResult>(await reader.AskAsync("SELECT * FROM ks.t WHERE k = 1"));
        Assert.Equal(
            (ErrorCode.Unauthorized, "User reader has no MODIFY permission on <table ks.t> or any of its parents"),
            Error(await reader.AskAsync("INSERT INTO ks.t (k, c) VALUES (1, 1)")));
        Assert.Equal(ErrorCode.Unauthorized, Error(await reader.AskAsync("TRUNCATE ks.t")).Code);
        Assert.Equal(ErrorCode.Unauthorized, Error(await reader.AskAsync("SELECT * FROM system_auth.roles")).Code);
        BatchMessage batch = new(BatchKind.Unlogged, [new("DELETE FROM ks.t WHERE k = 1", default, [])], new());
        Assert.Equal(ErrorCode.Unauthorized, Error(await reader.AskAsync(batch)).Code);
        PreparedResult prepared = await reader.PrepareAsync("DELETE FROM ks.t WHERE k = 1");
        Assert.Equal(ErrorCode.Unauthorized, Error(await reader.AskAsync(new ExecuteMessage(prepared.StatementId, prepared.ResultMetadataId, new()))).Code);

        AuthenticationException wrong = await Assert.ThrowsAsync<AuthenticationException>(() => WireClient.LogInAsync(database.Server.EndPoint, version, "reader", "guess"));
        Assert.Equal("Provided username reader and/or password are incorrect", wrong.Message);
    }

    [Fact]
    public async Task Connections_are_secured_by_a_certificate()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        System.Security.Cryptography.X509Certificates.CertificateRequest request =
            new("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using System.Security.Cryptography.X509Certificates.X509Certificate2 own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}.pem");
        try
        {
            await File.WriteAllTextAsync(file, own.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n", TestContext.Current.CancellationToken);
            using var certificate = ServerCertificate.Load(file);
            await using ServedDatabase database = new(new() { Certificate = certificate }, Fill);
            using System.Net.Sockets.TcpClient tcp = new();
            await tcp.ConnectAsync(database.Server.EndPoint, TestContext.Current.CancellationToken);
            await using System.Net.Security.SslStream secured = new(tcp.GetStream(), false, (_, shown, _, _) => shown!.GetCertHashString() == own.GetCertHashString());
            await secured.AuthenticateAsClientAsync("localhost");
            Assert.True(secured.SslProtocol >= System.Security.Authentication.SslProtocols.Tls12);

            // OPTIONS of version 4 is answered with SUPPORTED.
            await secured.WriteAsync(new byte[] { 4, 0, 0, 1, 5, 0, 0, 0, 0 }, TestContext.Current.CancellationToken);
            byte[] head = new byte[9];
            await secured.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            Assert.Equal((0x84, (byte)Opcode.Supported), (head[0], head[4]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    internal static BoundValue Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return BoundValue.Of(bytes);
    }

    internal static BoundValue Text(string value) => BoundValue.Of(Encoding.UTF8.GetBytes(value));

    internal static void Fill(QueryEngine engine)
    {
        engine.Execute(Keyspace).Dispose();
        engine.Execute(Table).Dispose();
        for (int i = 0; i < 100; i++)
            engine.Execute($"INSERT INTO ks.t (k, c, v) VALUES ({i / 10}, {i % 10}, 'value {i}')").Dispose();
    }

    private static (ErrorCode Code, string Text) Error(Message message)
    {
        ErrorMessage error = Assert.IsType<ErrorMessage>(message);
        return (error.Code, error.Text);
    }

    private static List<string?> Texts(RowsResult rows, System.Collections.Immutable.ImmutableArray<ResultColumn> known = default)
    {
        using QueryResult cursor = rows.Open(known);
        List<string?> texts = [];
        while (cursor.MoveNext())
        {
            ReadOnlySpan<byte> value = cursor.GetValue(0, out bool isNull);
            texts.Add(isNull ? null : Encoding.UTF8.GetString(value));
        }

        return texts;
    }
}
