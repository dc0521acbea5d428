using System.Data;
using System.Data.Common;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Data.Tests;

/// <summary>The provider as code of ADO.NET uses it, on the snapshot that ships with the project.</summary>
public sealed class CqliteConnectionTests
{
    private static readonly string s_source = $"Data Source={Path.Combine(Repository.Root, "samples", "snapshot")};Keyspace=app";

    [Fact]
    public void Reads_rows_with_parameters_by_name()
    {
        using CqliteConnection connection = Open();
        using CqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT page, n FROM hits WHERE page = @page";
        command.Parameters.AddWithValue("@page", "p0");
        using CqliteDataReader reader = command.ExecuteReader();
        Assert.True(reader.HasRows);
        Assert.Throws<InvalidOperationException>(() => reader.GetString(0));
        Assert.True(reader.Read());
        Assert.Equal(("p0", 22L, 22), (reader.GetString(0), reader.GetInt64(1), reader.GetInt32(1)));
        Assert.Equal(22L, reader["N"]);
        Assert.False(reader.Read());
    }

    [Fact]
    public void Reads_rows_with_parameters_by_place()
    {
        using CqliteConnection connection = Open();
        using CqliteCommand command = new("SELECT body, log, props, at FROM events WHERE id = ? LIMIT ?", connection);
        command.Parameters.AddWithValue(null, 1);
        command.Parameters.AddWithValue(null, 1);
        using CqliteDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal("event 36", reader.GetFieldValue<string>(0));
        Assert.Equal(36, ((CqlMap)reader.GetValue(2))["i"]);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 56, DateTimeKind.Utc), reader.GetDateTime(3));
        Assert.Equal("timestamp", reader.GetDataTypeName(3));
    }

    [Fact]
    public void Loads_tables()
    {
        using CqliteConnection connection = Open();
        using CqliteCommand command = new("SELECT * FROM hits", connection);
        using CqliteDataReader reader = command.ExecuteReader();
        using DataTable table = new();
        table.Load(reader);
        Assert.Equal(["page", "n"], table.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
        Assert.Equal([15L, 22L, 18L], table.Rows.Cast<DataRow>().Select(r => r["n"]));
    }

    [Fact]
    public void Works_through_the_factory()
    {
        using DbConnection connection = CqliteProviderFactory.Instance.CreateConnection();
        connection.ConnectionString = s_source;
        connection.Open();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM events";
        Assert.Equal(40L, command.ExecuteScalar());
        Assert.Equal(ConnectionState.Open, connection.State);
        Assert.Equal("app", connection.Database);
    }

    [Fact]
    public async Task Reads_asynchronously()
    {
        await using CqliteConnection connection = new(s_source);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using CqliteCommand command = new("SELECT n FROM hits", connection);
        await using DbDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        long sum = 0;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            sum += await reader.GetFieldValueAsync<long>(0, TestContext.Current.CancellationToken);
        Assert.Equal(55, sum);
    }

    [Fact]
    public void Tells_errors_as_DbException()
    {
        using CqliteConnection connection = Open();
        DbException error = Assert.ThrowsAny<DbException>(() => new CqliteCommand("SELECT * FORM hits", connection).ExecuteReader());
        Assert.IsType<CqlSyntaxException>(error.InnerException);
        Assert.Equal(0x2000, error.ErrorCode);
        Assert.Equal(0x2200, Assert.ThrowsAny<DbException>(() => new CqliteCommand("SELECT nothing FROM hits", connection).ExecuteReader()).ErrorCode);
        Assert.ThrowsAny<DbException>(() => new CqliteConnection("Data Source=/nowhere/at/all").Open());
        Assert.Contains("no transactions", Assert.Throws<NotSupportedException>(() => connection.BeginTransaction()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new CqliteCommand("SELECT * FROM hits WHERE page = :page", connection).ExecuteReader());
    }

    [Fact]
    public void Tells_the_schema()
    {
        using CqliteConnection connection = Open();
        Assert.Contains("hits", connection.GetSchema("Tables", ["app"]).Rows.Cast<DataRow>().Select(r => r["table_name"]));
        DataTable columns = connection.GetSchema("Columns", ["app", "hits"]);
        Assert.Equal([("page", "text"), ("n", "counter")], columns.Rows.Cast<DataRow>().Select(r => ((string)r["column_name"], (string)r["data_type"])));
        Assert.Equal(1, connection.GetSchema("Columns", ["app", "hits", "n"]).Rows.Count);
        Assert.True(connection.GetSchema().Rows.Count > 5);
        Assert.Throws<ArgumentException>(() => connection.GetSchema("Nothing"));
    }

    [Fact]
    public void Reads_connection_strings()
    {
        CqliteConnectionStringBuilder builder = new("datasource=/x;read only=true;Cache Size=1024;database=k");
        Assert.Equal(("/x", true, 1024L, "k"), (builder.DataSource, builder.ReadOnly, builder.CacheSize, builder.Keyspace));
        Assert.Throws<ArgumentException>(() => new CqliteConnectionStringBuilder("Nothing=1"));
        Assert.Throws<ArgumentException>(() => new CqliteConnectionStringBuilder("Read Only=perhaps"));
    }

    [Theory]
    [InlineData("SELECT @a", "SELECT :a")]
    [InlineData("SELECT '@a', @b -- @c", "SELECT '@a', :b -- @c")]
    public void Takes_at_signs_for_markers_outside_of_texts(string text, string expected) => Assert.Equal(expected, CqliteCommand.InCql(text));

    private static CqliteConnection Open()
    {
        CqliteConnection connection = new(s_source);
        connection.Open();
        return connection;
    }
}
